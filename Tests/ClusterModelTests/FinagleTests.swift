import ClusterModel
import ExperimentModel
import SimulationEngine
import Testing

@Suite struct FinagleTests {
  static func milliseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000) }

  @Test(arguments: ["finagle.p2c_peak_ewma", "peak-ewma"])
  func `a slow node gets only what shows that it is slow`(name: String) {
    var script = PickScript(weights: [1, 1, 1, 1], requests: 2_000, outstanding: 1)
    script.gap = Self.milliseconds(1)
    script.responses = [Self.milliseconds(100)] + Array(repeating: Self.milliseconds(1), count: 3)
    let picks = script.picks(of: StrategyChoice(name))
    // It is cheaper than another only before it is known, or when that one is not.
    #expect(picks.count { $0 == 0 } < 20)
    for fast in 1..<4 { #expect(picks.count { $0 == fast } > 400) }
  }

  @Test func `the heap takes the least loaded`() {
    let script = PickScript(weights: [1, 1, 1, 1, 1], requests: 500, outstanding: 4)
    let picks = script.picks(of: StrategyChoice("finagle.heap"))
    for place in 4..<picks.count { #expect(Set(picks[(place - 4)...place]).count == 5) }
  }

  @Test func `the aperture is as wide as the load asks for`() {
    for (outstanding, used) in [(0, 1...1), (3, 2...5), (9, 7...12)] {
      var script = PickScript(
        weights: Array(repeating: 1, count: 40), requests: 60_000, outstanding: outstanding)
      script.gap = Self.milliseconds(10)
      let picks = script.picks(of: StrategyChoice("finagle.aperture"))
      #expect(used.contains(Set(picks.suffix(1_000)).count))
    }
  }

  @Test(arguments: ["p2c", "p2c_peak_ewma", "aperture", "heap", "round_robin"])
  func `a node that is down is left out, and all down is nobody`(name: String) {
    var script = PickScript(weights: [1, 1, 1], requests: 300, outstanding: 6)
    script.gap = Self.milliseconds(50)
    script.down = [1]
    let picks = script.picks(of: StrategyChoice("finagle.\(name)"))
    #expect(picks.count == 300 && Set(picks) == [0, 2])
    script.down = [0, 1, 2]
    #expect(script.picks(of: StrategyChoice("finagle.\(name)")).isEmpty)
  }

  @Test func `a node that fails a quarter of its requests for half a minute is taken for dead`() {
    func time(_ seconds: Double) -> Instant { .zero + Nanoseconds(nearest: seconds * 1e9) }
    var script = BalancerScript(
      like: .finagle, strategy: StrategyChoice("finagle.p2c"),
      servers: ["a", "b"].map {
        BalancerScript.Server(
          backend: Backend(name: $0, service: Service(cpu: .constant(.zero))), address: "\($0):80")
      })
    // A quarter of what b gets fails, and hardly ever five in a row.
    for number in 0..<1_400 {
      let now = time(0.05 * Double(number))
      script.steps.append(
        ScriptedStep(at: now, action: .backend(1, number % 4 == 0 ? .status(500) : .up)))
      script.steps.append(ScriptedStep(at: now, action: .request(ScriptedRequest())))
    }
    let servers = script.outcomes().compactMap { $0.attempts.last?.server }
    #expect(servers.count == 1_400)
    let dead = stride(from: 0, to: 1_320, by: 20).first { start in
      servers[start..<start + 80].count { $0 == 1 } <= 4
    }
    // The first answer weighs e^(-t/30) after t seconds, so that it takes 48 s to see the quarter.
    #expect(dead.map { (700...1_200).contains($0) } == true)
  }
}
