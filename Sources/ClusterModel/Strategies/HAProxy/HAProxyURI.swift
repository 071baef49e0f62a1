import ExperimentModel
import SimulationEngine

/// HAProxy's `balance uri`: the backend that a hash of the path belongs to.
struct HAProxyURI: Strategy, ~Copyable {
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

  private var hashing: HAProxyHashing
  private let hashesQuery: Bool

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    hashing = HAProxyHashing(upstream, options)
    hashesQuery = options.word("hashed") == "whole"
  }

  /// - Complexity: O(length of the key).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    let uri = attempt.key.bytes
    let end = hashesQuery ? uri.count : uri.firstIndex(of: UInt8(ascii: "?")) ?? uri.count
    return hashing.pick(by: uri[..<end], for: attempt, from: upstream)
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
