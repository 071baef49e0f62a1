import ExperimentDecoding
import ExperimentModel
import Testing

/// A small generator with a fixed seed: SplitMix64 (Steele, Lea and Flood, 2014).
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A topology that uses most of the format, as material to be damaged.
private let rich = """
  name: rich
  description: "every \\u0041 section"
  x-service: &service {cpu: {mixture: [{weight: 9, of: 2ms}, {weight: 1, of: 50ms}]}}
  clients:
    users: {open: {rate: 600/s, arrivals: {gamma: {mean: 1ms, cv: 2}}, duration: 60s}}
    batch: {closed: {concurrency: 10, think: {lognormal: {p50: 10ms, p99: 80ms}}}, start: 5s}
  balancer: {like: ideal, strategy: {power-of-two: {d: 3, bias: 0.5}}}
  backend_defaults: {workers: 4, cores: 2, restart: on-failure:5}
  backends:
    one: {weight: 1, cpus: 0.125, memory: 64M, service: *service}
    two:
      service: *service
      healthcheck:
        interval: 1m30s
  network:
    transport: message
    links:
    - {from: users, to: balancer, latency: {uniform: [1ms, 3ms]}}
    - {from: balancer, to: two, latency: 0.2ms}
  run: {seed: 7, warmup: 5s, duration: 2m}

  """

@Suite struct `Damaged files` {
  @Test func `the file to be damaged is sound`() throws {
    #expect(try decoder.decode(rich, file: "rich.yaml").backends.count == 2)
  }

  @Test(.timeLimit(.minutes(15)))
  func `whatever happens to a file, it is a topology or refused at a place in it`() {
    var random = SplitMix64(state: 20_261_121)
    var refusals = 0
    for _ in 0..<2_000 {
      let bytes = damaged(Array(rich.utf8), &random)
      do throws(Diagnostics) {
        let topology = try decoder.decode(bytes, file: "damaged.yaml")
        #expect(!topology.clients.isEmpty && !topology.backends.isEmpty)
      } catch {
        refusals += 1
        let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + bytes.count + 1
        #expect(!error.all.isEmpty)
        #expect(error.all == error.all.sorted())
        #expect(error.all.allSatisfy { (1...lines).contains($0.line) && $0.column >= 1 })
        #expect(error.all.allSatisfy { !$0.message.isEmpty })
      }
    }
    #expect(refusals > 1_000)
  }

  /// The bytes after a few truncations, flips, duplications, removals and insertions.
  private func damaged(_ sound: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    let pieces = ["{", "}", "[", "]", ": ", "&a ", "*a", "\n", "\t", "- ", "!!x ", "\"", "~", "-"]
    var bytes = sound
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: bytes.indices, using: &random)
      let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.removeSubrange(place...)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 3: bytes.removeSubrange(place..<end)
      case 4:
        let piece = pieces.randomElement(using: &random) ?? ""
        bytes.insert(contentsOf: piece.utf8, at: place)
      default: bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
    }
    return bytes
  }

  @Test(
    .timeLimit(.minutes(15)),
    arguments: [
      "[", "{", "- ", "a: ", "? ", "&a ", "*a ", "!a ", "'", "\"", "\t", "|\n", "%\n", "---\n",
      "a", "a: b\n", "- a\n", "k: &a [*a]\n", ",", ":", "\u{0}", "\u{7F}", "\u{2028}", "é", "[a,",
      "{a: ", "name: [", "\r", "#", "\\", "a,", "1e", "9",
    ])
  func `a large file of one piece is refused in bounded time`(piece: String) {
    let text = String(repeating: piece, count: 1_500_000 / piece.utf8.count)
    for prefix in ["", "backends: {a: {weight: "] {
      #expect(throws: Diagnostics.self) {
        _ = try decoder.decode(prefix + text, file: "large.yaml")
      }
    }
  }
}
