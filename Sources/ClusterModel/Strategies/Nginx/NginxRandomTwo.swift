import ExperimentModel
import SimulationEngine

/// nginx's `random two least_conn`: the less loaded of two different servers drawn at random.
struct NginxRandomTwo: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "nginx.random_two",
    summary: "of two backends drawn by weight, the one with fewer requests for its weight",
    whenToUse: "when many nginx servers or workers feed the same backends and requests "
      + "differ in cost",
    source: "nginx, src/http/modules/ngx_http_upstream_random_module.c",
    aliases: ["nginx.random_two_least_conn"],
    allowsSlowStart: false)

  private var stream: RandomStream
  private let scale: WeightScale

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    stream = randomness
    scale = WeightScale(upstream)
  }

  /// - Complexity: O(log n) while most backends are usable; after 20 draws in vain O(n).
  ///
  /// Among equals the second drawn wins.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    var first = BackendIndex.none
    if !attempt.usesBackups && scale.total > 0 {
      while attempt.rejections <= NginxSearch.patience {
        let drawn = scale.backend(at: stream.below(scale.total))
        if drawn == first || !upstream.isUsable(drawn, for: attempt) {
          attempt.rejections += 1
        } else if first == .none {
          first = drawn
        } else {
          return isBusier(drawn, than: first, in: upstream) ? first : drawn
        }
      }
    }
    return upstream.pickSmoothly(for: attempt)
  }

  private func isBusier(
    _ one: BackendIndex, than other: BackendIndex, in upstream: borrowing Upstream
  ) -> Bool {
    let (one, other) = (upstream[one], upstream[other])
    return Fraction(Int64(other.outstanding), over: Int64(other.weight))
      < Fraction(Int64(one.outstanding), over: Int64(one.weight))
  }
}
