import ExperimentModel
import SimulationEngine

/// A ring on which every backend has points in proportion to its weight.
struct RingHash: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "ring-hash",
    summary: "the same backend for the same key, in proportion to the weights, by a ring",
    whenToUse: "when backends of different sizes cache by key; the shares of the ring are "
      + "uneven unless it has many points",
    source: "textbook, in the form of libketama; XXH64 of the key, without a key of the address, "
      + "without both in turn",
    options: [
      StrategyOption(
        name: "points", summary: "how many points a backend of average weight has on the ring",
        kind: .number(standard: 100, range: 1...10_000, isWhole: false))
    ])

  static var traits: StrategyTraits { .ignoresAnswers }

  private let each: Double
  private var ring: HashRing
  private var rotation = Rotation()

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    each = options.number("points")
    ring = Self.ring(upstream, each: each)
  }

  /// - Complexity: O(1) on average while most backends are usable.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    guard let hash = attempt.stableHash else { return rotation.next(for: attempt, in: upstream) }
    return ring.first(behind: hash) { upstream.isUsable($0, for: attempt) }
  }

  /// At least one point for each, so that nobody is forgotten.
  private static func ring(_ upstream: borrowing Upstream, each: Double) -> HashRing {
    var sum = 0.0
    for place in 0..<upstream.count { sum += Double(upstream[BackendIndex(place)].weight) }
    let scale = each * Double(upstream.count) / sum
    return HashRing(upstream) { max(1, Int(Double($0.weight) * scale + 0.5)) }
  }
}
