import ExperimentModel
import SimulationEngine

/// Each backend in turn, in the order of the file.
struct RoundRobin: Strategy {
  static let card = StrategyCard(
    name: "round-robin",
    summary: "each backend in turn; weights do not count",
    whenToUse: "when backends and requests are much alike; a slow backend gets as many "
      + "requests as a fast one, so its queue grows alone",
    source: "textbook; J. Nagle, \"On packet switches with infinite storage\", RFC 970 (1985)")

  static var traits: StrategyTraits { .ignoresAnswers }

  private var rotation = Rotation()

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {}

  /// - Complexity: O(1), and one step more for each unusable backend that is passed over.
  @inline(__always)
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    rotation.next(for: attempt, in: upstream)
  }
}
