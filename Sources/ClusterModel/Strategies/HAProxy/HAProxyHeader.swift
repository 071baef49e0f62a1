import ExperimentModel
import SimulationEngine

/// HAProxy's `balance hdr(name)`: the backend that a hash of a header belongs to.
struct HAProxyHeader: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "haproxy.hdr",
    summary: "by a hash of a header; requests without it take turns",
    whenToUse: "when one header names the tenant or the session; requests without it take "
      + "turns",
    source: "HAProxy, src/backend.c (get_server_hh), src/lb_map.c and src/lb_chash.c",
    options: HAProxyHashing.options, aliases: ["haproxy.url_param", "haproxy.hash"])

  private var hashing: HAProxyHashing

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    hashing = HAProxyHashing(upstream, options)
  }

  /// - Complexity: O(length of the key).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    hashing.pick(by: attempt.key.bytes, for: attempt, from: upstream)
  }

  mutating func started(at backend: BackendIndex, in upstream: borrowing Upstream) {
    hashing.started()
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    hashing.ended()
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    hashing.changed(backend, in: upstream)
  }
}
