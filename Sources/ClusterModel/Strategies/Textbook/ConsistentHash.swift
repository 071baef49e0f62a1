import ExperimentModel
import SimulationEngine

/// A ring on which every backend has as many points, whatever its weight.
struct ConsistentHash: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "consistent-hash",
    summary: "the same backend for the same key, few of which move at a change; no weights",
    whenToUse: "when backends cache by key and come and go; a hot key overloads its "
      + "backend",
    source: "D. Karger et al., \"Consistent hashing and random trees\", STOC 1997; XXH64 of the "
      + "key, without a key of the address, without both in turn",
    options: [points])

  static var traits: StrategyTraits { .ignoresAnswers }

  static let points = StrategyOption(
    name: "points", summary: "how many points a backend has on the ring",
    kind: .number(standard: 100, range: 1...10_000, isWhole: true))

  private let ring: HashRing
  private var rotation = Rotation()

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    let each = Int(options.number("points"))
    ring = HashRing(upstream) { _ in each }
  }

  /// - Complexity: O(1) on average while most backends are usable.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    guard let hash = attempt.stableHash else { return rotation.next(for: attempt, in: upstream) }
    return ring.first(behind: hash) { upstream.isUsable($0, for: attempt) }
  }
}
