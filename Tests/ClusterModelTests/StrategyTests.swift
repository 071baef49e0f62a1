import ClusterModel
import ExperimentModel
import Testing

/// What every strategy of the catalogue must do; a new one is held to it by being there.
@Suite struct StrategyConformanceTests {
  static let names = StrategyCatalog.cards.map(\.name)

  static func picks(_ name: String, _ script: PickScript) -> [Int] {
    script.picks(of: StrategyChoice(name))
  }

  @Test(arguments: names)
  func `only backends that exist are picked, one for each request`(name: String) {
    for count in [1, 2, 3, 17] {
      let weights = (0..<count).map { $0 % 5 + 1 }
      let picks = Self.picks(name, PickScript(weights: weights, requests: 500, outstanding: 10))
      #expect(picks.count == 500 && picks.allSatisfy { (0..<count).contains($0) })
    }
  }

  @Test(arguments: names)
  func `the same seed gives the same picks`(name: String) {
    let script = PickScript(weights: [1, 2, 3, 4], requests: 300, outstanding: 7, seed: 5)
    #expect(Self.picks(name, script) == Self.picks(name, script))
  }

  /// Those that share equals out unevenly by their rule: in order, by arcs of a ring, among as few
  /// as the load needs, or with the first in favour.
  static let uneven: Set = [
    "haproxy.first", "haproxy.random", "finagle.aperture", "ipvs.twos",
  ]

  @Test(arguments: names.filter { !uneven.contains($0) })
  func `no backend starves among equals`(name: String) {
    let picks = Self.picks(
      name, PickScript(weights: [1, 1, 1, 1], requests: 4_000, outstanding: 3, keys: 4_000))
    // Four standard deviations of independent picks: 1000 ± 110. What hashes divides its ring less
    // evenly than that.
    let ofOneKey = Self.picks(
      name, PickScript(weights: [1, 1, 1, 1], requests: 100, outstanding: 0, keys: 1))
    let margin = Set(ofOneKey).count == 1 ? 300 : 110
    for backend in 0..<4 { #expect(abs(picks.count { $0 == backend } - 1_000) < margin) }
  }

  @Test(arguments: names)
  func `a backend that is down gets nothing, and with all down nobody is picked`(name: String) {
    var script = PickScript(weights: [1, 2, 3, 4], requests: 400, outstanding: 3, keys: 400)
    script.down = [1, 2]
    #expect(Set(Self.picks(name, script)).isSubset(of: [0, 3]))
    #expect(Self.picks(name, script).count == 400)
    script.down = [0, 1, 2, 3]
    #expect(Self.picks(name, script).isEmpty)
  }

  @Test(arguments: names.filter { !uneven.contains($0) })
  func `a backend that has come back is used again, and none that stayed is forgotten`(
    name: String
  ) {
    var script = PickScript(weights: [1, 1, 1, 1], requests: 2_000, outstanding: 3, keys: 2_000)
    script.down = [1, 2]
    script.comeBack = 1_000
    let picks = Self.picks(name, script)
    #expect(Set(picks[..<1_000]) == [0, 3] && Set(picks[1_000...]) == [0, 1, 2, 3])
  }

  /// Those that go by weights while nobody is busy.
  static let weighted: Set = [
    "weighted-round-robin", "weighted-random", "ring-hash", "maglev", "nginx.weighted-round-robin",
    "nginx.least_conn", "nginx.random", "nginx.ip_hash", "nginx.hash", "nginx.hash_consistent",
    "haproxy.roundrobin", "haproxy.static-rr", "haproxy.source", "haproxy.uri", "haproxy.hdr",
    "envoy.round_robin", "envoy.least_request", "envoy.ring_hash", "envoy.maglev", "ipvs.wrr",
    "ipvs.sh", "ipvs.mh",
  ]

  @Test(arguments: names.filter { weighted.contains($0) })
  func `in the long run each gets its share of the weights`(name: String) {
    #expect(Self.weighted.isSubset(of: Self.names))
    let script = PickScript(weights: [1, 2, 3], requests: 6_000, keys: 6_000)
    let picks = Self.picks(name, script)
    // What hashes divides its ring less evenly than turns divide time.
    for (backend, share) in [1_000, 2_000, 3_000].enumerated() {
      #expect(abs(picks.count { $0 == backend } - share) < 350)
    }
  }

  @Test(arguments: names)
  func `a strategy says what it is in one line, and where it comes from`(name: String) throws {
    let card = try #require(StrategyCatalog.cards.first { $0.name == name })
    #expect(!card.summary.isEmpty && !card.summary.contains("\n") && !card.source.isEmpty)
    #expect(card.name.allSatisfy { $0.isLowercase || $0.isNumber || "-._".contains($0) })
    for option in card.options {
      switch option.kind {
      case .number(let standard, let range, _): #expect(range.contains(standard))
      case .word(let standard, let words): #expect(words.contains(standard))
      }
    }
  }

  @Test func `no two strategies have one name`() {
    #expect(Set(Self.names).count == Self.names.count)
  }
}

@Suite struct StrategyTests {
  static func letters(_ name: String, _ weights: [Int], _ requests: Int) -> String {
    let picks = PickScript(weights: weights, requests: requests).picks(of: StrategyChoice(name))
    return String(picks.map { Character(UnicodeScalar(UInt8(97 + $0))) })
  }

  @Test(arguments: [
    ([1, 2, 3], "cbacbccbacbc"), ([5, 1, 1], "aabacaaaabacaa"), ([1, 1, 1], "abcabc"),
  ])
  func `nginx's weighted round robin spreads each backend evenly`(
    weights: [Int], sequence: String
  ) {
    let picks = Self.letters("nginx.weighted-round-robin", weights, sequence.count)
    #expect(picks == sequence)
  }

  @Test func `round robin takes each backend in turn whatever its weight`() {
    #expect(Self.letters("round-robin", [1, 2, 3], 7) == "abcabca")
  }

  @Test func `least connections avoids the busy, in turn among equals`() {
    let script = PickScript(weights: [1, 1, 1], requests: 6, outstanding: 2)
    #expect(script.picks(of: StrategyChoice("least-connections")) == [0, 1, 2, 0, 1, 2])
  }

  @Test func `weighted random picks in proportion to the weights`() {
    let picks = PickScript(weights: [1, 2, 3], requests: 60_000)
      .picks(of: StrategyChoice("weighted-random"))
    for (backend, share) in [10_000.0, 20_000, 30_000].enumerated() {
      let deviation = (share * (1 - share / 60_000)).squareRoot()
      #expect(abs(Double(picks.count { $0 == backend }) - share) < 4 * deviation)
    }
  }

  @Test func `the power of all choices is the least loaded`() {
    // With d as large as the number of backends nobody is ever two ahead of another.
    let script = PickScript(weights: [1, 1, 1, 1, 1], requests: 100, outstanding: 100)
    let picks = script.picks(of: StrategyChoice("power-of-two", options: ["d": .number(5)]))
    for end in stride(from: 5, through: 100, by: 5) {
      let counts = (0..<5).map { backend in picks.prefix(end).count { $0 == backend } }
      #expect(Set(counts) == [end / 5])
    }
  }
}
