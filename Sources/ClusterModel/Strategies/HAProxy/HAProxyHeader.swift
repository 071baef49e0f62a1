import ExperimentModel

/// HAProxy's `balance hdr(name)`: the backend that a hash of a header belongs to.
struct HAProxyHeader: HAProxyHashInput {
  static let card = StrategyCard(
    name: "haproxy.hdr",
    summary: "by a hash of a header; requests without it take turns",
    whenToUse: "when one header names the tenant or the session; requests without it take "
      + "turns",
    source: "HAProxy, src/backend.c (get_server_hh), src/lb_map.c and src/lb_chash.c",
    options: HAProxyHashing.options, aliases: ["haproxy.url_param", "haproxy.hash"])

  init(_ options: StrategyOptions) {}

  func pick(
    by hashing: inout HAProxyHashing, for attempt: Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    hashing.pick(by: attempt.key.bytes, for: attempt, from: upstream)
  }
}
