import ExperimentModel

/// HAProxy's `balance source`: the backend that a client's address belongs to.
struct HAProxySource: HAProxyHashInput {
  static let card = StrategyCard(
    name: "haproxy.source",
    summary: "by the client's address, so that each client keeps its backend",
    whenToUse: "when HAProxy has to keep clients with their server without a cookie, and "
      + "few share an address",
    source: "HAProxy, src/backend.c (get_server_sh), src/lb_map.c and src/lb_chash.c",
    options: HAProxyHashing.options)

  init(_ options: StrategyOptions) {}

  func pick(
    by hashing: inout HAProxyHashing, for attempt: Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    let address = attempt.address
    if address.length == 0 { return hashing.next(for: attempt, from: upstream) }
    // The words of the address are folded into one, which no function hashes.
    let folded = address.high ^ address.low
    let word = UInt32(truncatingIfNeeded: folded) ^ UInt32(truncatingIfNeeded: folded >> 32)
    return hashing.pick(by: word, for: attempt, from: upstream)
  }
}
