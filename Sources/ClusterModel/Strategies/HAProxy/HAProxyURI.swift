import ExperimentModel

/// HAProxy's `balance uri`: the backend that a hash of the path belongs to.
struct HAProxyURI: HAProxyHashInput {
  static let card = StrategyCard(
    name: "haproxy.uri",
    summary: "by a hash of the URI up to its query, so that each object has its own backend",
    whenToUse: "when HAProxy stands before caches of objects; a popular object loads one "
      + "cache unless the load is bounded",
    source: "HAProxy, src/backend.c (get_server_uh), src/lb_map.c and src/lb_chash.c",
    options: HAProxyHashing.options + [
      StrategyOption(
        name: "hashed", summary: "whether the query is hashed too",
        kind: .word(standard: "path", of: ["path", "whole"]))
    ])

  private let hashesQuery: Bool

  init(_ options: StrategyOptions) { hashesQuery = options.word("hashed") == "whole" }

  func pick(
    by hashing: inout HAProxyHashing, for attempt: Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    let uri = attempt.key.bytes
    let end = hashesQuery ? uri.count : uri.firstIndex(of: UInt8(ascii: "?")) ?? uri.count
    return hashing.pick(by: uri[..<end], for: attempt, from: upstream)
  }
}
