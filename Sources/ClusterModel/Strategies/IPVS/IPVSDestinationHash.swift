import ExperimentModel
import SimulationEngine

/// IPVS's destination hashing, which is meant for transparent caches: each address on the internet
/// has its cache.
///
/// The address that a request is for is not part of the model; the request's key stands for it.
struct IPVSDestinationHash: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "ipvs.dh",
    summary: "the same destination for what the request is for; weights do not count",
    whenToUse: "when servers are transparent caches, each for a part of the destinations",
    source: "Linux, net/netfilter/ipvs/ip_vs_dh.c; the key, hashed, stands for the address, "
      + "without a key it is in turn")

  private var buckets: IPVSBuckets

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    buckets = IPVSBuckets(upstream, areWeighted: false, fallsBack: false)
  }

  /// - Complexity: O(1).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    let target: UInt32? =
      attempt.key.isEmpty ? nil : UInt32(truncatingIfNeeded: XXHash64.hash(attempt.key.bytes))
    return buckets.pick(target, for: attempt, from: upstream)
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    buckets.fill(from: upstream)
  }
}
