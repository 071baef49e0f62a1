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
}
