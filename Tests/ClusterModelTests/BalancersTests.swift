import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// Several balancers, and several workers of one, none of which knows what the others do.
struct BalancersTests {
  /// Four servers of one worker each at 70 % of their capacity.
  private static func herd(
    _ balancers: [Balancer], rate: Double = 700, requests: Int = 40_000,
    cpu: Distribution = .exponential(mean: Sample.milliseconds(4))
  ) -> RunResult {
    var topology = Topology(
      name: "herd", clients: [Sample.open(rate, requests: requests)], balancer: balancers[0],
      backends: ["w", "x", "y", "z"].map {
        Backend(
          name: $0, workers: .count(1),
          service: Service(cpu: cpu))
      })
    topology.balancers = balancers
    return Simulation(topology).run()
  }

  private static func balancer(
    like: BalancerProgram = .nginx, workers: Int = 1, strategy: String = "least-connections"
  ) -> Balancer {
    Balancer(like: like, strategy: StrategyChoice(strategy), workers: workers)
  }

  @Test func `balancers that do not know of each other collide`() {
    let one = Self.herd([Self.balancer()])
    let two = Self.herd([Self.balancer(), Self.balancer()])
    let eight = Self.herd((0..<8).map { _ in Self.balancer() })
    #expect(two.latency.mean > 1.1 * one.latency.mean)
    #expect(eight.latency.mean > 1.2 * two.latency.mean)
    #expect([one, two, eight].allSatisfy { $0.requests.succeeded == 40_000 })
  }

  @Test func `workers of nginx share nothing, the threads of haproxy everything`() {
    let one = Self.herd([Self.balancer()])
    let workers = Self.herd([Self.balancer(workers: 8)])
    #expect(workers.latency.mean > 1.3 * one.latency.mean)
    let thread = Self.herd([Self.balancer(like: .haproxy)])
    let threads = Self.herd([Self.balancer(like: .haproxy, workers: 8)])
    #expect(threads.latency.mean == thread.latency.mean)
  }

  @Test func `each balancer takes its own turns, and figures are summed over them`() {
    // Two plain round robins, fed in turn, pick the same backend twice in a row.
    let result = Self.herd(
      [Self.balancer(strategy: "round-robin"), Self.balancer(strategy: "round-robin")],
      rate: 10, requests: 6)
    #expect(result.backends.map(\.picked) == [2, 2, 2, 0])
  }

  @Test func `a kept connection leads to the same balancer again`() {
    var topology = Sample.threeWeighted(requests: 200, concurrency: 2)
    topology.clients[0].keepalive = true
    topology.balancers = [Self.balancer(), Self.balancer()]
    topology.balancers[1].maxConnections = 1
    let result = Simulation(topology).run()
    // The second balancer has room for its client, and none for a connection to a backend.
    #expect(result.failures.statusOther > 50)
    #expect(result.requests.succeeded + result.failures.statusOther == 200)
  }

  @Test func `what a balancer costs is a queue before it thinks`() {
    func latency(_ workers: Int, like: BalancerProgram) -> Double {
      var balancer = Self.balancer(like: like, workers: workers)
      balancer.cpu = .constant(.milliseconds(1))
      return Self.herd([balancer], cpu: .constant(.microseconds(1))).latency.mean
    }
    // An M/D/1 queue at 70 %: 1 ms of work and 0.7 / (2 · 0.3) ms of waiting.
    #expect(abs(latency(1, like: .haproxy) - 2.17e6) < 0.15e6)
    // Each of seven threads is an M/D/1 queue at 10 %.
    #expect(abs(latency(7, like: .haproxy) - 1.06e6) < 0.02e6)
    #expect(abs(latency(7, like: .nginx) - 1.06e6) < 0.02e6)
  }
}
