import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// IPVS, which forwards connections and knows nothing else, and Finagle, which learns.
struct ForwardingTests {
  private static func run(
    _ balancer: Balancer, _ faults: [ScheduledFault], requests: Int = 4_000, keepalive: Bool = false
  ) -> RunResult {
    var clients = Sample.open(100, .constant, requests: requests, timeout: .seconds(2))
    clients.keepalive = keepalive
    return Simulation(
      Topology(
        name: "forwarded", clients: [clients], balancer: balancer,
        backends: ["a", "b", "c", "d"].map {
          Backend(name: $0, service: Service(cpu: .constant(.milliseconds(1))))
        },
        network: Network(links: [
          Link(from: .balancer, to: .backends, latency: .constant(.milliseconds(1)))
        ]),
        faults: faults)
    ).run()
  }

  private static func kill(refuses: Bool) -> ScheduledFault {
    ScheduledFault(
      at: .seconds(10), .kill(signal: "KILL", refuses: refuses), targets: .names(["b"]),
      duration: .seconds(20))
  }

  private static func balancer(_ like: BalancerProgram) -> Balancer {
    Balancer(like: like, strategy: StrategyChoice("round-robin"))
  }

  @Test func `ipvs sends a quarter of the connections to a dead server, as long as it is dead`() {
    let refused = Self.run(Self.balancer(.ipvs), [Self.kill(refuses: true)])
    #expect(refused.failures.connection == 500)
    #expect(refused.requests.failed == 500)
    // Nobody answers for a host that has gone, so that clients give up by themselves.
    let vanished = Self.run(Self.balancer(.ipvs), [Self.kill(refuses: false)])
    #expect(vanished.failures.clientTimeout >= 495)
    #expect(vanished.failures.status502 == 0)
  }

  @Test func `what ipvs forwards is a connection, not a request`() {
    let result = Self.run(Self.balancer(.ipvs), [], keepalive: true)
    // One request at a time, all over the connection that the first one has opened.
    #expect(result.backends.map(\.picked) == [4_000, 0, 0, 0])
  }

  @Test func `finagle requeues what was not sent, and takes a node for dead after five failures`() {
    let result = Self.run(Self.balancer(.finagle), [Self.kill(refuses: true)])
    #expect(result.requests.failed == 0)
    // Five failures, then a trial after 5 s and another after 5 to 10 s more.
    let tried = result.backends[1].picked - result.backends[1].succeeded
    #expect((7...8).contains(tried))
    #expect(result.backends[1].succeeded > 250)
  }

  @Test func `finagle's budget lets a fifth of the requests be tried again`() {
    var balancer = Self.balancer(.finagle)
    balancer.retry = RetryRule(on: [.http503])
    balancer.passive = PassiveChecks(maxFails: 0)
    let failing = ScheduledFault(
      at: .zero, .fail(rate: Ratio(1), status: 503), targets: .names(["a", "b", "c", "d"]))
    let result = Self.run(balancer, [failing])
    #expect(result.failures.status503 == 4_000)
    // 4,000 requests in 40 s: a fifth of them, ten more in a second and those of the first 10 s.
    let picks = result.backends.reduce(0) { $0 + $1.picked }
    #expect((5_150...5_350).contains(picks))
  }

  @Test func `envoy has three retries under way at once, or a share of the requests`() {
    func picks(_ budget: Ratio?) -> Int {
      var balancer = Self.balancer(.envoy)
      balancer.retry = RetryRule(on: [.http503], tries: 2, budget: budget)
      let failing = ScheduledFault(
        at: .zero, .fail(rate: Ratio(1), status: 503), targets: .names(["a", "b", "c", "d"]))
      var topology = Topology(
        name: "retried",
        clients: [
          ClientGroup(
            name: "users",
            workload: .closed(ClosedLoop(concurrency: 100, extent: .requests(4_000))))
        ],
        balancer: balancer,
        backends: ["a", "b", "c", "d"].map {
          Backend(name: $0, service: Service(cpu: .exponential(mean: .milliseconds(10))))
        },
        faults: [failing])
      topology.run.seed = 3
      return Simulation(topology).run().backends.reduce(0) { $0 + $1.picked }
    }
    let three = picks(nil)
    let fifth = picks(Ratio(0.2))
    // A retry is under way while it pauses, too.
    #expect((4_040...4_120).contains(three))
    #expect((4_300...4_500).contains(fifth))
  }
}
