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
  private let scale: WeightScale

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    stream = randomness
    scale = WeightScale(upstream)
  }

  /// - Complexity: O(log n) while most backends are usable; after 20 draws in vain O(n).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if !attempt.usesBackups && scale.total > 0 {
      while attempt.rejections <= NginxHashing.patience {
        let backend = scale.backend(at: stream.below(scale.total))
        if upstream.isUsable(backend, for: attempt) { return backend }
        attempt.rejections += 1
      }
    }
    return upstream.pickSmoothly(for: attempt)
  }
}
