import ClusterModel
import ExperimentModel
import SimulationEngine
import Testing

/// nginx's methods on examples worked out by hand from its rules.
@Suite struct NginxTests {
  /// Servers named a, b, c and so on in front of which requests are sent one after the other.
  static func script(
    _ strategy: String, weights: [Int], down: Set<Int> = [], _ requests: [ScriptedRequest],
    options: [String: OptionValue] = [:]
  ) -> BalancerScript {
    let servers = weights.enumerated().map { place, weight in
      BalancerScript.Server(
        backend: Backend(
          name: "s\(place)", weight: weight, isDown: down.contains(place),
          service: Service(cpu: .constant(.zero))),
        address: "127.0.0.1:\(18_001 + place)")
    }
    return BalancerScript(
      like: .nginx, strategy: StrategyChoice(strategy, options: options), servers: servers,
      steps: requests.map { ScriptedStep(at: .zero, action: .request($0)) })
  }

  /// The servers that answer.
  static func picks(_ script: BalancerScript) -> [Int?] {
    script.outcomes().map { $0.attempts.last?.server }
  }

  static func letters(_ script: BalancerScript) -> String {
    String(
      picks(script).map { place in
        place.map { Character(UnicodeScalar(UInt8(97 + $0))) } ?? "-"
      })
  }

  static let names = StrategyCatalog.cards.map(\.name).filter { $0.hasPrefix("nginx.") }

  static func keyed(_ count: Int) -> [ScriptedRequest] {
    (0..<count).map { number in
      ScriptedRequest(
        key: "k\(number)", address: ClientAddress(v4: 0x0a00_0000 + UInt32(number) << 8))
    }
  }

  @Test func `least_conn without load is weighted round robin`() {
    let requests = Array(repeating: ScriptedRequest(), count: 12)
    let script = Self.script("nginx.least_conn", weights: [1, 2, 3], requests)
    #expect(Self.letters(script) == "cbacbccbacbc")
  }

  @Test func `least_conn counts outstanding requests for the weight`() {
    var script = Self.script("nginx.least_conn", weights: [1, 2, 3], [])
    script.steps = (0..<60).map { number in
      ScriptedStep(at: .zero, action: .start("r\(number)", ScriptedRequest()))
    }
    let holders = script.outcomes().map(\.holder)
    for end in stride(from: 6, through: 60, by: 6) {
      let counts = (0..<3).map { place in holders.prefix(end).count { $0 == place } }
      #expect(counts == [end / 6, end / 3, end / 2])
    }
  }

  @Test func `ip_hash takes three octets of IPv4 and all of IPv6`() {
    func request(_ address: ClientAddress) -> ScriptedRequest { ScriptedRequest(address: address) }
    let four = [0x0a00_0001, 0x0a00_0063, 0x0a00_00ff].map { request(ClientAddress(v4: $0)) }
    // 89 → 10067 mod 6271 = 3796 → ... → 2565, a multiple of 3.
    #expect(Self.letters(Self.script("nginx.ip_hash", weights: [1, 1, 1], four)) == "aaa")
    let six = (0..<30).map { request(ClientAddress(v6High: 0x2001_0db8 << 32, low: $0)) }
    #expect(Set(Self.letters(Self.script("nginx.ip_hash", weights: [1, 1, 1], six))).count == 3)
  }

  @Test func `hash takes the upper half of the check and hashes again around the unusable`() {
    #expect(CRC32.checksum(of: "k0".utf8) == 0xe109_903f)
    let request = [ScriptedRequest(key: "k0")]
    #expect(Self.letters(Self.script("nginx.hash", weights: [1, 1, 1], request)) == "b")
    #expect(Self.letters(Self.script("nginx.hash", weights: [1, 1, 1], down: [1], request)) == "c")
  }

  @Test func `the check and the first points of a server are those of nginx`() {
    #expect(CRC32.checksum(of: "123456789".utf8) == 0xcbf4_3926)
    var digits = CRC32()
    digits.add(decimal: 1_234_567_890)
    #expect(digits.value == CRC32.checksum(of: "1234567890".utf8))
    var base = CRC32()
    base.add("127.0.0.1\u{0}18001".utf8)
    var point: UInt32 = 0
    for expected: UInt32 in [0xea3f_8394, 0x236f_71e4, 0xa613_5186] {
      var check = base
      check.add(littleEndian: point)
      point = check.value
      #expect(point == expected)
    }
  }

  @Test func `when a server leaves a consistent ring only its keys move`() {
    let weights = Array(repeating: 1, count: 10)
    let requests = Self.keyed(2_000)
    let before = Self.picks(Self.script("nginx.hash_consistent", weights: weights, requests))
    let after = Self.picks(
      Self.script("nginx.hash_consistent", weights: weights, down: [3], requests))
    let moved = zip(before, after).filter { $0 != $1 }
    #expect(moved.allSatisfy { $0.0 == 3 } && after.allSatisfy { $0 != 3 })
    // The share of a server with 160 points varies by about 8 %; four times that here.
    #expect((130...270).contains(moved.count))
  }

  @Test func `servers of one address take turns at its points`() {
    var script = Self.script(
      "nginx.hash_consistent", weights: [1, 1, 1],
      Array(repeating: ScriptedRequest(key: "k0"), count: 6))
    for place in 0..<3 { script.servers[place].address = "pool.example:80" }
    #expect(Self.letters(script) == "abcabc")
  }

  @Test func `a request without a key is served in turn`() {
    for name in ["nginx.hash", "nginx.hash_consistent"] {
      let requests = Array(repeating: ScriptedRequest(), count: 6)
      #expect(Self.letters(Self.script(name, weights: [1, 1, 1], requests)) == "abcabc")
    }
  }

  @Test func `random picks in proportion to the weights`() {
    let requests = Array(repeating: ScriptedRequest(), count: 6_000)
    let picks = Self.picks(Self.script("nginx.random", weights: [1, 2, 3], requests))
    for place in 0..<3 {
      // Four standard deviations of the binomial distribution are at most 155.
      #expect(abs(picks.count { $0 == place } - 1_000 * (place + 1)) < 155)
    }
  }

  @Test func `random two of two servers is the less busy one`() {
    var script = Self.script("nginx.random_two", weights: [1, 1], [])
    script.steps = (0..<101).map { number in
      ScriptedStep(at: .zero, action: .start("r\(number)", ScriptedRequest()))
    }
    let holders = script.outcomes().map(\.holder)
    for end in stride(from: 2, through: 100, by: 2) {
      #expect(holders.prefix(end).count { $0 == 0 } == end / 2)
    }
  }

  @Test func `least_time gives a slow server nothing while others are expected to be sooner`() {
    var script = Self.script("nginx.least_time", weights: [1, 1, 1], [])
    let answers = [1_000, 10, 10]
    for (place, milliseconds) in answers.enumerated() {
      script.steps.append(ScriptedStep(at: .zero, action: .start("w\(place)", ScriptedRequest())))
      let end = Instant(nanoseconds: Int64(milliseconds) * 1_000_000)
      script.steps.append(ScriptedStep(at: end, action: .finish("w\(place)")))
    }
    script.steps.sort { $0.at < $1.at }
    let later = Instant(nanoseconds: 2_000_000_000)
    script.steps += (0..<103).map { number in
      ScriptedStep(at: later, action: .start("r\(number)", ScriptedRequest()))
    }
    let holders = script.outcomes().suffix(103).map(\.holder)
    // A slow one is expected to take 1020 ms, a fast one 20 ms for each request it then has.
    #expect(holders.prefix(100).allSatisfy { $0 != 0 })
    #expect(holders.contains(0))
  }

  @Test(arguments: names)
  func `with all servers down a request gets a 502 and no server`(name: String) {
    let outcomes = Self.script(name, weights: [1, 2, 3], down: [0, 1, 2], Self.keyed(5)).outcomes()
    #expect(outcomes.allSatisfy { $0.status == 502 && $0.attempts.map(\.server) == [nil] })
  }

  @Test(arguments: names)
  func `the only usable server gets everything`(name: String) {
    #expect(
      Self.letters(Self.script(name, weights: [1, 1, 1], down: [0, 2], Self.keyed(50)))
        == String(repeating: "b", count: 50))
    #expect(
      Self.letters(Self.script(name, weights: [3], Self.keyed(5))) == "aaaaa")
  }

  @Test(arguments: names)
  func `a refused request goes to another server each time, until all have refused`(name: String) {
    var script = Self.script(name, weights: [1, 2, 3], [])
    script.steps = (0..<3).map { ScriptedStep(at: .zero, action: .backend($0, .refuse)) }
    script.steps += Self.keyed(2).map { ScriptedStep(at: .zero, action: .request($0)) }
    let outcomes = script.outcomes().suffix(2)
    #expect(Set(outcomes.first?.attempts.map(\.server) ?? []) == [0, 1, 2])
    #expect(outcomes.first?.status == 502 && outcomes.last?.status == 502)
    #expect(outcomes.last?.attempts.map(\.server) == [nil])
  }
}
