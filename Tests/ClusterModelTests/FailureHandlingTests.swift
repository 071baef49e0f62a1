import ClusterModel
import ExperimentModel
import SimulationEngine
import Testing

/// nginx's conduct in the simulated cluster: what happens to requests when backends refuse.
@Suite struct FailureHandlingTests {
  /// Two equal backends, of which the first has no room at all, so that it refuses everything.
  static func refusing(
    requests: Int = 45, passive: PassiveChecks? = nil, retry: RetryRule? = nil,
    backup: Bool = false
  ) -> RunResult {
    var refuses = Backend(
      name: "refuses", workers: .count(1), backlog: 0,
      service: Service(cpu: .constant(.seconds(1_000_000))))
    refuses.weight = 1
    var works = Backend(name: "works", service: Service(cpu: .constant(.milliseconds(10))))
    works.isBackup = backup
    return Simulation(
      Topology(
        name: "refusing",
        clients: [
          // One request occupies the only worker of the first backend; the run ends before nginx
          // gives up on it after a minute.
          ClientGroup(
            name: "blocker", workload: .closed(ClosedLoop(concurrency: 1, extent: .requests(1)))),
          ClientGroup(
            name: "load",
            workload: .open(
              OpenLoop(
                rate: Rate(perSecond: 1), arrivals: .constant, extent: .requests(requests)))),
        ],
        balancer: Balancer(
          strategy: StrategyChoice("nginx.weighted-round-robin"), passive: passive, retry: retry),
        backends: [refuses, works],
        network: Network(transport: .message),
        run: RunSettings(duration: .seconds(requests + 5)))
    ).run()
  }

  @Test func `a refused request goes to the next backend, and its client notices nothing`() {
    let result = Self.refusing()
    #expect(result.requests.succeeded == 45 && result.requests.failed == 0)
    #expect(result.backends[1].succeeded == 45)
  }

  @Test func `a backend that failed is left out for fail_timeout and then tried once`() {
    let result = Self.refusing()
    // One request a second for 45 s. After a failure it is usable again from the 11th second on,
    // and then needs a few picks to climb from weight 0. One pick is the blocker's.
    #expect((3...6).contains(result.backends[0].picked))
  }

  @Test func `max_fails 0 never leaves a backend out`() {
    let result = Self.refusing(passive: PassiveChecks(maxFails: 0))
    #expect((22...25).contains(result.backends[0].picked))
    #expect(result.requests.succeeded == 45)
  }

  @Test func `without retries the client is told 502`() {
    let result = Self.refusing(retry: RetryRule(on: []))
    #expect(result.failures.status502 > 0)
    #expect(result.failures.status502 == result.requests.failed)
    #expect(result.failures.status502 == result.backends[0].picked - 1)
  }

  @Test func `backups serve while no primary can`() {
    let result = Self.refusing(backup: true)
    #expect(result.requests.succeeded == 45)
    #expect(result.backends[1].picked == 45)
  }

  @Test func `a full upstream is told 502 at once`() {
    var topology = Sample.threeWeighted(requests: 10, concurrency: 4)
    topology.backends = (0..<2).map {
      Backend(
        name: "b\($0)", maxConnections: 1, service: Service(cpu: .constant(.seconds(1))))
    }
    let result = Simulation(topology).run()
    #expect(result.requests.succeeded == 2 && result.failures.status502 == 8)
  }

  @Test func `a backend that is down gets nothing`() {
    var topology = Sample.threeWeighted(requests: 100)
    topology.backends[1].isDown = true
    let result = Simulation(topology).run()
    #expect(result.backends.map(\.picked) == [25, 0, 75])
  }
}
