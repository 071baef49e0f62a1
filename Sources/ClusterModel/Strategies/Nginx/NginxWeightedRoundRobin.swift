import ExperimentModel
import SimulationEngine

/// nginx's default: smooth weighted round robin with effective weights.
struct NginxWeightedRoundRobin: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "nginx.weighted-round-robin",
    summary: "in proportion to the weights, evenly spread; failures lower a weight for a while",
    whenToUse: "when nginx stands before equal requests: its standard, and the one with "
      + "the fewest surprises",
    source: "nginx, src/http/ngx_http_upstream_round_robin.c",
    aliases: ["nginx.round_robin"])

  static var traits: StrategyTraits { .ignoresAnswers }

  private var turns: SmoothTurns

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    turns = SmoothTurns(upstream)
  }

  /// - Complexity: O(different weights); O(n) once something has failed, as in nginx.
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
