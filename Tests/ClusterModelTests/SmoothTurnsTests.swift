import ClusterModel
import ExperimentModel
import Testing

@Suite struct SmoothTurnsTests {
  /// nginx's rule, one backend after the other (`ngx_http_upstream_get_peer`).
  static func reference(_ script: PickScript) -> [Int] {
    var credits = script.weights.map { _ in 0 }
    var picks: [Int] = []
    for request in 0..<script.requests {
      let isAway = request >= script.goDown && request < script.comeBack ?? .max
      let usable = credits.indices.filter { !(isAway && script.down.contains($0)) }
      var best = usable[0]
      for place in usable {
        credits[place] += script.weights[place]
        if credits[place] > credits[best] { best = place }
      }
      credits[best] -= usable.reduce(0) { $0 + script.weights[$1] }
      picks.append(best)
    }
    return picks
  }

  @Test(arguments: ["weighted-round-robin", "nginx.weighted-round-robin"])
  func `turns by weight are those of a scan of all backends, whoever goes and comes`(name: String) {
    var draws = SystemOfDraws(state: 20_261_121)
    for count in [1, 2, 3, 7, 40, 300] {
      for most in [1, 3, 50] {
        var script = PickScript(
          weights: (0..<count).map { _ in 1 + draws.below(most) }, requests: 700)
        #expect(script.picks(of: StrategyChoice(name)) == Self.reference(script))
        guard count > 2 else { continue }
        script.down = [draws.below(count)]
        script.goDown = draws.below(300)
        script.comeBack = script.goDown + 1 + draws.below(300)
        #expect(script.picks(of: StrategyChoice(name)) == Self.reference(script))
      }
    }
  }

  /// A few numbers that are the same each time (Knuth's MMIX multiplier).
  struct SystemOfDraws {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }
}
