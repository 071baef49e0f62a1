import ExperimentModel
import SimulationEngine

/// Who and what the requests of a client group are: a key and an address for each.
///
/// Both are drawn from the request's own part of a stream, so that all strategies meet the same
/// keys in the same order.
struct RequestIdentities: ~Copyable {
  private let keys: KeyTable
  /// The sum of the shares of the keys up to each and with it; empty for no keys.
  private let cumulated: Column<Double>
  /// The first key whose cumulated share may exceed a drawn number, for each of as many equal parts
  /// of their sum as there are keys, and one: where a search begins.
  private let guide: Column<UInt32>
  private let addresses: Int
  private let isIdempotent: Bool
  private let stream: RandomStream

  init(_ kind: RequestKind, of group: String, seed: UInt64) {
    let shares = kind.key?.shares ?? []
    keys = KeyTable(shares.indices.map { "k\($0)" })
    var sum = 0.0
    cumulated = Column(
      shares.map { share in
        sum += share
        return sum
      })
    guide = RequestIdentities.guide(to: cumulated)
    addresses = kind.clientAddresses
    isIdempotent = kind.isIdempotent
    stream = RandomStream(seed: seed, purpose: "requests of \(group)")
  }

  /// Whether all requests look the same to a balancer.
  var isPlain: Bool { cumulated.count == 0 && addresses == 0 && isIdempotent }

  /// Gives a request its key and its address.
  ///
  /// - Complexity: O(1) on average.
  func identify(_ attempt: inout Attempt, serial: UInt64) {
    var stream = stream.substream(serial)
    attempt.isIdempotent = isIdempotent
    if cumulated.count > 0 {
      let drawn = stream.uniform() * cumulated[cumulated.count - 1]
      attempt.key = keys[place(of: drawn)]
    }
    if addresses > 0 {
      let number = UInt32(stream.below(UInt64(addresses)))
      // The second and third octet count, so that each of 65,536 addresses has its own /24.
      let network = (number & 0xff) << 16 | (number >> 8 & 0xff) << 8
      attempt.address = ClientAddress(v4: 10 << 24 | network | (number >> 16 & 0x7f) + 1)
    }
  }

  /// The first key whose cumulated share exceeds a number.
  ///
  /// H.-C. Chen and Y. Asau, "On generating random variates from an empirical distribution", AIIE
  /// Transactions 6 (1974): a guide table leads close to it, and the rest is a step on average.
  private func place(of drawn: Double) -> Int {
    let last = cumulated.count - 1
    var place = Int(guide[Int(drawn * (Double(cumulated.count) / cumulated[last]))])
    // The part may have been rounded up.
    while place > 0 && drawn < cumulated[place - 1] { place -= 1 }
    while place < last && drawn >= cumulated[place] { place += 1 }
    return place
  }

  private static func guide(to cumulated: borrowing Column<Double>) -> Column<UInt32> {
    if cumulated.count == 0 { return Column(repeating: 0, count: 0) }
    let guide = Column<UInt32>(repeating: 0, count: cumulated.count + 1)
    let part = cumulated[cumulated.count - 1] / Double(cumulated.count)
    var place = 0
    for number in 0..<guide.count {
      while place < cumulated.count - 1 && cumulated[place] <= part * Double(number) { place += 1 }
      guide[number] = UInt32(place)
    }
    return guide
  }
}

extension KeyPopularity {
  /// The share of each key, up to a common factor.
  fileprivate var shares: [Double] {
    switch self {
    case .uniform(let count):
      Array(repeating: 1, count: count)
    case .zipf(let count, let exponent):
      (1...count).map { Elementary.pow(Double($0), -exponent) }
    }
  }
}
