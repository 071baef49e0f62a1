import ExperimentModel
import SimulationEngine

/// Each backend in proportion to its weight, evenly spread in time.
struct WeightedRoundRobin: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "weighted-round-robin",
    summary: "in proportion to the weights, evenly spread: weights 1, 2, 3 give c b a c b c",
    whenToUse: "when backends differ in size by a factor that is known and stays; it does "
      + "not see that one of them has slowed down",
    source: "textbook, in the smooth form of I. Sysoev's nginx")

  static var traits: StrategyTraits { .ignoresAnswers }

  private var turns: SmoothTurns

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    turns = SmoothTurns(upstream)
  }

  /// - Complexity: O(different weights); O(n) once something has failed.
  @inline(__always)
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    turns.pick(for: &attempt, from: upstream)
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    turns.ended(result, in: upstream)
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    turns.changed(in: upstream)
  }
}
