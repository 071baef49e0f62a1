import ClusterModel
import ExperimentModel
import Testing

@Suite struct HAProxyStrategyTests {
  @Test(arguments: [
    ("roundrobin", [1, 2, 3], "cbcacbcbcacb"), ("roundrobin", [5, 1, 1], "aaabaacaaabaac"),
    ("roundrobin", [4, 3, 2], "abacbaabcabacbaabc"), ("roundrobin", [1, 1, 1], "abcabc"),
    ("static-rr", [1, 2, 3], "acbcbcacbcbc"), ("static-rr", [5, 1, 1], "aaabaacaaabaac"),
    ("static-rr", [4, 3, 2], "ababcaabcababcaabc"), ("static-rr", [2, 4, 6], "acbcbc"),
    ("static-rr", [1, 1, 1, 6], "addbddcdd"), ("static-rr", [7], "aaa"),
    ("leastconn", [1, 2, 3], "abcabc"), ("first", [1, 2, 3], "aaaa"),
  ])
  func `idle backends are picked in HAProxy's order`(
    name: String, weights: [Int], sequence: String
  ) {
    #expect(StrategyTests.letters("haproxy." + name, weights, sequence.count) == sequence)
  }

  @Test(arguments: ["roundrobin", "static-rr"])
  func `in a whole round each backend is picked as often as its weight says`(name: String) {
    let weights = [7, 1, 12, 5, 5, 30]
    let script = PickScript(weights: weights, requests: 60 * 5)
    let picks = script.picks(of: StrategyChoice("haproxy." + name))
    for (backend, weight) in weights.enumerated() {
      #expect(picks.count { $0 == backend } == 5 * weight)
    }
  }

  @Test func `leastconn loads backends in proportion to their weights`() {
    let script = PickScript(weights: [1, 2, 3], requests: 6_000, outstanding: 60)
    let picks = script.picks(of: StrategyChoice("haproxy.leastconn"))
    // The next request counts too, so that the light are one behind at most.
    for (backend, share) in [10, 20, 30].enumerated() {
      #expect(abs(picks.suffix(60).count { $0 == backend } - share) <= 1)
    }
  }

  @Test func `many draws find the least loaded backend`() {
    let script = PickScript(weights: [1, 1, 1, 1], requests: 400, outstanding: 400)
    let choice = StrategyChoice("haproxy.random", options: ["draws": .number(200)])
    let picks = script.picks(of: choice)
    for backend in 0..<4 { #expect(abs(picks.count { $0 == backend } - 100) <= 1) }
  }

  @Test func `random picks idle backends by their arcs on the ring`() {
    // The arcs of 16, 32 and 48 points: 21.5 %, 32.0 % and 46.6 % of the circle.
    let picks = PickScript(weights: [1, 2, 3], requests: 60_000)
      .picks(of: StrategyChoice("haproxy.random"))
    for (backend, share) in [0.215, 0.320, 0.466].enumerated() {
      let mean = 60_000 * share
      #expect(abs(Double(picks.count { $0 == backend }) - mean) < 500)
    }
  }

  @Test(arguments: ["uri", "hdr", "source"], ["map-based", "consistent"])
  func `requests without anything to hash take turns`(name: String, method: String) {
    let choice = StrategyChoice("haproxy." + name, options: ["method": .word(method)])
    let picks = PickScript(weights: [1, 2, 3], requests: 96).picks(of: choice)
    #expect((0..<3).map { backend in picks.count { $0 == backend } } == [16, 32, 48])
  }
}

@Suite struct HAProxyHashTests {
  @Test(
    arguments: [
      ("sdbm", 0x4afe_b4ac), ("djb2", 0x2fc5_ba19), ("wt6", 0x224b_2d67), ("none", 0),
    ] as [(String, UInt32)])
  func `a path has the hash that the real function gives it`(name: String, hash: UInt32) throws {
    let function = try #require(HAProxyHashFunction(rawValue: name))
    #expect(function.hash(Array("/obj/k0".utf8)) == hash)
  }

  @Test func `wt6 of nothing is what its two halves start from`() {
    #expect(HAProxyHashFunction.wt6.hash([]) == 0xf99a_0360)
  }

  @Test func `the checksum of the nine digits is that of the standard`() {
    #expect(HAProxyHashFunction.crc32.hash(Array("123456789".utf8)) == 0xcbf4_3926)
  }

  @Test func `a key that is a number is its own hash where none is asked for`() {
    #expect(HAProxyHashFunction.none.hash(Array("4711;x".utf8)) == 4_711)
  }

  @Test func `the first point of the first server is where HAProxy puts it`() {
    #expect(HAProxyHashFunction.avalanche(4_096) == 0x49c2_008b)
  }
}

@Suite struct ServerHealthTests {
  /// The changes that a row of results makes: `+` up, `-` down, `.` none.
  static func changes(_ check: ServerHealth, _ results: String) -> String {
    var check = check
    return String(
      results.map { result in
        switch check.take(hasPassed: result == "y") {
        case .up: "+"
        case .down: "-"
        case nil: "."
        }
      })
  }

  @Test func `a server that never passed a check goes down at its first failure`() {
    #expect(Self.changes(ServerHealth(), "n") == "-")
  }

  @Test func `a server that passed goes down after three failures and comes back after two passes`()
  {
    #expect(Self.changes(ServerHealth(), "ynnnnyy") == "...-..+")
  }

  @Test func `a single pass among failures starts the count again`() {
    #expect(Self.changes(ServerHealth(rise: 1, fall: 3), "ynnynnynnn") == ".........-")
  }

  @Test func `a failure on the way up starts the way again`() {
    #expect(Self.changes(ServerHealth(rise: 3, fall: 1), "nyynyyy") == "-.....+")
  }

  @Test func `checks are fast between up and down`() {
    var check = ServerHealth()
    #expect(check.pace == .fast)
    _ = check.take(hasPassed: true)
    #expect(check.pace == .normal)
    for _ in 0..<3 { _ = check.take(hasPassed: false) }
    #expect(check.pace == .down && !check.isUp)
    _ = check.take(hasPassed: true)
    #expect(check.pace == .fast && !check.isUp)
  }
}

@Suite struct HAProxyConsistencyTests {
  /// Which backend each of a thousand keys belongs to.
  static func owners(_ weights: [Int], _ method: String) -> [Int] {
    PickScript(weights: weights, requests: 1_000, keys: 1_000)
      .picks(of: StrategyChoice("haproxy.hdr", options: ["method": .word(method)]))
  }

  @Test func `on the ring only keys of the newcomer move, in the map most do`() {
    let before = Self.owners([1, 1, 1, 1], "consistent")
    let after = Self.owners([1, 1, 1, 1, 1], "consistent")
    let moved = zip(before, after).filter { $0 != $1 }
    #expect(moved.allSatisfy { $0.1 == 4 })
    #expect((100..<300).contains(moved.count))
    let mapBefore = Self.owners([1, 1, 1, 1], "map-based")
    let mapAfter = Self.owners([1, 1, 1, 1, 1], "map-based")
    #expect(zip(mapBefore, mapAfter).count { $0 != $1 } > 700)
  }

  @Test func `a bound of the load lets no backend have more than its share`() {
    let options: [String: OptionValue] = [
      "method": .word("consistent"), "balance-factor": .number(125),
    ]
    let script = PickScript(weights: [1, 1, 1, 1], requests: 400, outstanding: 400, keys: 3)
    let picks = script.picks(of: StrategyChoice("haproxy.uri", options: options))
    // Three keys would fill three backends at most; a quarter more than the mean is allowed.
    for backend in 0..<4 { #expect(picks.count { $0 == backend } <= 126) }
    #expect(Set(picks).count == 4)
  }
}
