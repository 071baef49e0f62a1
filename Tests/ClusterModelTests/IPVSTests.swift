import ClusterModel
import ExperimentModel
import Testing

@Suite struct IPVSTests {
  static func letters(_ name: String, _ script: PickScript) -> String {
    let picks = script.picks(of: StrategyChoice(name))
    return String(picks.map { Character(UnicodeScalar(UInt8(97 + $0))) })
  }

  @Test(arguments: [
    ([1, 2, 3], "cbcabccbcabc"), ([5, 1, 1], "aaaaabcaaaaabc"), ([4, 3, 2], "aababcabc"),
    ([2, 4, 6], "cbcabc"),
  ])
  func `weighted round robin goes down from the heaviest`(weights: [Int], sequence: String) {
    let script = PickScript(weights: weights, requests: sequence.count)
    #expect(Self.letters("ipvs.wrr", script) == sequence)
  }

  @Test func `round robin begins with the first of the list`() {
    #expect(Self.letters("ipvs.rr", PickScript(weights: [1, 2, 3], requests: 5)) == "abcab")
  }

  @Test(arguments: ["ipvs.lc", "ipvs.wlc"])
  func `with all idle everything goes to the first`(name: String) {
    #expect(Self.letters(name, PickScript(weights: [1, 1, 1], requests: 6)) == "aaaaaa")
  }

  @Test func `never ending connections fill up by weight, the first of equals first`() {
    let script = PickScript(weights: [1, 2, 3], requests: 6, outstanding: 6)
    // 1/1, 1/2 and 1/3 of a connection each, then the least of them again.
    #expect(Self.letters("ipvs.wlc", script) == "abccbc")
    #expect(Self.letters("ipvs.sed", script) == "cbcabc")
    #expect(Self.letters("ipvs.nq", script) == "abccbc")
    #expect(Self.letters("ipvs.lc", script) == "abcabc")
  }

  @Test(arguments: ["ipvs.sh", "ipvs.mh"])
  func `a client stays with its destination, and destinations share by weight`(name: String) {
    var script = PickScript(weights: [1, 2, 3], requests: 12_000)
    // Addresses spread over the whole range, each of them twice.
    script.clients = (0..<6_000).map { UInt32(truncatingIfNeeded: $0 &* 2_246_822_519) }
    let picks = script.picks(of: StrategyChoice(name))
    #expect(Array(picks.prefix(6_000)) == Array(picks.suffix(6_000)))
    for (place, share) in [2_000, 4_000, 6_000].enumerated() {
      #expect(abs(picks.count { $0 == place } - share) < 400)
    }
  }

  @Test func `two choices draw from none to all of the weight, which favours the first`() {
    // Idle, the first draw is taken: 0 and 1 are the first's, 2 the second's, 3 the third's.
    let picks = PickScript(weights: [1, 1, 1], requests: 8_000)
      .picks(of: StrategyChoice("ipvs.twos"))
    for (place, share) in [4_000, 2_000, 2_000].enumerated() {
      #expect(abs(picks.count { $0 == place } - share) < 180)
    }
  }

  @Test(arguments: ["rr", "wrr", "lc", "wlc", "sed", "nq", "sh", "dh", "mh", "twos"])
  func `a destination that is down is left out, and all down is nobody`(name: String) {
    var script = PickScript(weights: [1, 2, 3], requests: 200, outstanding: 10)
    script.clients = (1...200).map { $0 &* 40_503 }
    script.namedKeys = (0..<200).map { "key \($0)" }
    script.down = [1]
    let picks = script.picks(of: StrategyChoice("ipvs.\(name)"))
    #expect(picks.count == 200 && Set(picks) == [0, 2])
    script.down = [0, 1, 2]
    #expect(script.picks(of: StrategyChoice("ipvs.\(name)")).isEmpty)
  }
}
