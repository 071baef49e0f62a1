import ExperimentModel
import SimulationEngine

/// Any backend with equal chance.
struct Random: Strategy {
  static let card = StrategyCard(
    name: "random",
    summary: "any backend with equal chance; weights do not count",
    whenToUse: "when many balancers that know nothing of each other feed equal backends; "
      + "short queues form by chance, so others do better at high load",
    source: "textbook: independent uniform splitting")

  static var traits: StrategyTraits { .ignoresAnswers }

  private var stream: RandomStream

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    stream = randomness
  }

  /// - Complexity: O(1) while most backends are usable.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    upstream.firstUsable(for: attempt) { BackendIndex(Int(stream.below(UInt64(upstream.count)))) }
  }
}
