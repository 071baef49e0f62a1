import ExperimentModel
import SimulationEngine

/// nginx's `least_conn`: the fewest outstanding requests for the weight, equals by smooth weighted
/// round robin.
struct NginxLeastConnections: Strategy {
  static let card = StrategyCard(
    name: "nginx.least_conn",
    summary: "fewest outstanding requests for the weight; equals by weighted round robin",
    whenToUse: "when requests through nginx differ in cost; each worker counts only its "
      + "own, so many workers weaken it",
    source: "nginx, src/http/modules/ngx_http_upstream_least_conn_module.c")

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {}

  /// - Complexity: O(n), as in nginx.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    upstream.pickLeast(for: attempt) { _, peer in
      Fraction(Int64(peer.outstanding), over: peer.warmWeight)
    }
  }
}
