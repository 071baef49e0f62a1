import ExperimentModel
import SimulationEngine

/// nginx's `random`: any server with a chance in proportion to its weight.
struct NginxRandom: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "nginx.random",
    summary: "any backend with a chance in proportion to its weight; unusable ones draw again",
    whenToUse: "when many nginx servers or workers feed the same backends and must not "
      + "move in step",
    source: "nginx, src/http/modules/ngx_http_upstream_random_module.c",
    allowsSlowStart: false)

  static var traits: StrategyTraits { .ignoresAnswers }

  private var stream: RandomStream
  private let search: NginxSearch

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    stream = randomness
    search = NginxSearch(upstream)
  }

  /// - Complexity: O(log n) while most backends are usable; after 20 draws in vain O(n).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    search.pick(for: &attempt, from: upstream) { _, total in stream.below(total) }
  }
}
