import ClusterModel
import ExperimentModel
import SimulationEngine
import Testing

/// A backend that comes back gets its share little by little.
struct SlowStartTests {
  private static func server(_ name: String, slowStart: Int = 0) -> BalancerScript.Server {
    BalancerScript.Server(
      backend: Backend(
        name: name, slowStart: .seconds(slowStart), service: Service(cpu: .constant(.zero))),
      address: "\(name):80", passive: PassiveChecks(maxFails: 1, failTimeout: .seconds(1)))
  }

  /// The share of b's picks in each of so many spans of four seconds, after it has failed once, was
  /// left out, and came back at two seconds.
  private static func shares(
    strategy: String, slowStart: Int, spans: Int = 6
  ) -> [Double] {
    func time(_ seconds: Double) -> Instant { .zero + Nanoseconds(nearest: seconds * 1e9) }
    let request = ScriptedStep.Action.request(ScriptedRequest())
    var script = BalancerScript(
      like: .nginx, strategy: StrategyChoice(strategy),
      servers: [server("a", slowStart: slowStart), server("b", slowStart: slowStart)])
    script.steps = [ScriptedStep(at: time(0.1), action: .backend(1, .refuse))]
    script.steps += (1...4).map { ScriptedStep(at: time(0.1 + 0.01 * Double($0)), action: request) }
    script.steps.append(ScriptedStep(at: time(0.2), action: .backend(1, .up)))
    let first = script.steps.count
    script.steps += (0..<400 * spans).map {
      ScriptedStep(at: time(2 + 0.01 * Double($0)), action: request)
    }
    let picks = script.outcomes()[first...].map { $0.attempts.last?.server }
    return (0..<spans).map { span in
      Double(picks[(400 * span)..<(400 * span + 400)].count { $0 == 1 }) / 400
    }
  }

  @Test(arguments: [
    "nginx.weighted-round-robin", "nginx.least_conn", "weighted-round-robin",
  ])
  func `in nginx the share of a backend that is back rises evenly to the whole`(
    strategy: String
  ) {
    let shares = Self.shares(strategy: strategy, slowStart: 16)
    // A backend of x sixteenths beside a whole one gets x / (16 + x) of the requests.
    for (share, sixteenths) in zip(shares, [2.5, 6.5, 10.5, 14.5]) {
      #expect(abs(share - sixteenths / (16 + sixteenths)) < 0.03)
    }
    #expect(shares[4...].allSatisfy { abs($0 - 0.5) < 0.01 })
  }

  @Test func `without a slow start it has its whole share at once`() {
    let shares = Self.shares(strategy: "nginx.weighted-round-robin", slowStart: 0)
    #expect(shares.allSatisfy { abs($0 - 0.5) < 0.01 })
  }

  /// Three servers behind one that checks them, of which one dies for a while.
  private static func picksAfterReturn(like: BalancerProgram, slowStart: Int) -> [Int] {
    let strategy = like == .envoy ? "envoy.round_robin" : "haproxy.roundrobin"
    var topology = Topology(
      name: "return", clients: [Sample.open(300, .constant, requests: 6_000)],
      balancer: Balancer(
        like: like, strategy: StrategyChoice(strategy),
        active: ActiveChecks(interval: .milliseconds(200), rise: 1, fall: 1)),
      backends: ["a", "b", "c"].map {
        Backend(
          name: $0, slowStart: .seconds(slowStart),
          service: Service(cpu: .constant(.milliseconds(1))))
      })
    topology.faults = [
      ScheduledFault(
        at: .seconds(2), .kill(signal: "KILL", refuses: true), targets: .names(["b"]),
        duration: .seconds(8))
    ]
    return Simulation(topology).run().backends.map { Int($0.picked) }
  }

  @Test(arguments: [BalancerProgram.haproxy, .envoy])
  func `in programs that check, the share rises after the check that finds it working`(
    like: BalancerProgram
  ) {
    let atOnce = Self.picksAfterReturn(like: like, slowStart: 0)
    let slowly = Self.picksAfterReturn(like: like, slowStart: 10)
    // Ten seconds at a third of 300 a second, or at a share that rises from little to a third.
    #expect(slowly[1] < atOnce[1] - 250)
    #expect(slowly[1] > atOnce[1] - 700)
    #expect(slowly.reduce(0, +) == atOnce.reduce(0, +))
  }
}
