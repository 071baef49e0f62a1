import ClusterModel
import ExperimentModel
import SimulationEngine
import Testing

@Suite struct TextbookTests {
  static let hashes = ["ip-hash", "consistent-hash", "bounded-load-hash", "ring-hash", "maglev"]

  static func letters(_ name: String, _ weights: [Int], _ requests: Int) -> String {
    let script = PickScript(weights: weights, requests: requests, outstanding: requests)
    let picks = script.picks(of: StrategyChoice(name))
    return String(picks.map { Character(UnicodeScalar(UInt8(97 + $0))) })
  }

  @Test func `connections that never end fill backends up as each rule says`() {
    #expect(Self.letters("weighted-least-connections", [1, 2, 3], 6) == "abccbc")
    #expect(Self.letters("shortest-expected-delay", [1, 2, 3], 6) == "cbcabc")
    #expect(Self.letters("never-queue", [1, 2, 3], 6) == "cbacbc")
  }

  @Test(arguments: ["least-connections", "join-shortest-queue"])
  func `nobody is two requests ahead of another, among any number`(name: String) {
    for count in [1, 2, 3, 5, 8, 13, 100] {
      let script = PickScript(
        weights: Array(repeating: 1, count: count), requests: 3 * count, outstanding: 3 * count)
      let picks = script.picks(of: StrategyChoice(name))
      for round in 1...3 {
        let counts = (0..<count).map { place in
          picks.prefix(round * count).count { $0 == place }
        }
        #expect(Set(counts) == [round])
      }
    }
  }

  @Test func `the shortest queue is any of equals`() {
    // Whoever is first is drawn anew for each seed: 300 ± 4 standard deviations of 15.
    var first = [0, 0, 0]
    for seed in 0..<900 {
      let script = PickScript(weights: [1, 1, 1], requests: 1, seed: UInt64(seed))
      first[script.picks(of: StrategyChoice("join-shortest-queue"))[0]] += 1
    }
    for count in first { #expect(abs(count - 300) < 60) }
  }

  @Test func `an idle backend is taken before any busy one`() {
    let script = PickScript(weights: [1, 1, 1, 1, 1], requests: 200, outstanding: 4)
    let picks = script.picks(of: StrategyChoice("join-idle-queue"))
    for place in 4..<picks.count { #expect(Set(picks[(place - 4)...place]).count == 5) }
  }

  @Test(arguments: ["least-response-time", "prequal", "c3"])
  func `a slow backend gets the least`(name: String) {
    var script = PickScript(weights: [1, 1, 1, 1], requests: 2_000, outstanding: 2)
    script.gap = Nanoseconds(1_000_000)
    script.responses = [Nanoseconds(200_000_000)]
    let picks = script.picks(of: StrategyChoice(name))
    let counts = (0..<4).map { place in picks.count { $0 == place } }
    #expect(counts[0] < 100 && counts.dropFirst().allSatisfy { $0 > 400 })
  }

  @Test(arguments: hashes)
  func `a request with a key or an address stays with its backend`(name: String) {
    var script = PickScript(weights: [1, 1, 1, 1], requests: 400)
    script.namedKeys = (0..<200).map { "key \($0)" }
    var picks = script.picks(of: StrategyChoice(name))
    #expect(picks.prefix(200) == picks.suffix(200) && Set(picks) == [0, 1, 2, 3])
    script.namedKeys = []
    script.clients = (0..<200).map { 167_772_160 + $0 }
    picks = script.picks(of: StrategyChoice(name))
    #expect(picks.prefix(200) == picks.suffix(200) && Set(picks) == [0, 1, 2, 3])
  }

  @Test(arguments: ["consistent-hash", "bounded-load-hash", "ring-hash", "maglev"])
  func `when a backend goes, hardly any key but its own moves`(name: String) {
    var script = PickScript(weights: [1, 1, 1, 1, 1], requests: 2_000)
    script.namedKeys = (0..<2_000).map { "key \($0)" }
    let before = script.picks(of: StrategyChoice(name))
    script.down = [2]
    let after = script.picks(of: StrategyChoice(name))
    #expect(after.count == 2_000 && !after.contains(2))
    #expect(zip(before, after).count { $0 != 2 && $0 != $1 } < (name == "maglev" ? 100 : 1))
  }

  @Test(arguments: ["ring-hash", "maglev"])
  func `keys spread in proportion to the weights`(name: String) {
    var script = PickScript(weights: [1, 2, 3], requests: 30_000)
    script.namedKeys = (0..<30_000).map { "key \($0)" }
    let picks = script.picks(of: StrategyChoice(name))
    for (place, share) in [5_000.0, 10_000, 15_000].enumerated() {
      #expect(abs(Double(picks.count { $0 == place }) - share) < 0.25 * share)
    }
  }

  @Test func `nobody has more than its share and a little where load is bounded`() {
    var script = PickScript(weights: [1, 1, 1, 1], requests: 100, outstanding: 100)
    script.namedKeys = ["the same"]
    let picks = script.picks(of: StrategyChoice("bounded-load-hash"))
    for end in 1...100 {
      let most = (0..<4).map { place in picks.prefix(end).count { $0 == place } }.max() ?? 0
      #expect(Double(most) <= (1.25 * Double(end) / 4).rounded(.up))
    }
  }

  @Test(arguments: StrategyConformanceTests.names)
  func `a backend that is down is never picked, and all down is nobody`(name: String) {
    var script = PickScript(weights: [1, 2, 3, 4], requests: 200, outstanding: 9)
    script.namedKeys = (0..<50).map { "key \($0)" }
    script.clients = (0..<50).map { 3_232_235_777 + $0 }
    script.gap = Nanoseconds(20_000_000)
    script.down = [2]
    let picks = script.picks(of: StrategyChoice(name))
    #expect(picks.count == 200 && !picks.contains(2))
    script.down = [0, 1, 2, 3]
    #expect(script.picks(of: StrategyChoice(name)).isEmpty)
  }
}
