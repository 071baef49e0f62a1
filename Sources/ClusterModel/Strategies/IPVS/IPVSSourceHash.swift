import ExperimentModel
import SimulationEngine

/// IPVS's source hashing: a table of 256 buckets, filled round the list by weight.
struct IPVSSourceHash: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "ipvs.sh",
    summary: "the same destination for the same client address, in proportion to the weights",
    whenToUse: "when clients must keep their server and no firewall mark or persistence is "
      + "used; a dead server's clients get nobody",
    source: "Linux, net/netfilter/ipvs/ip_vs_sh.c; without an address the key is hashed, "
      + "without both it is in turn",
    options: [IPVSBuckets.fallback])

  private var buckets: IPVSBuckets

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    buckets = IPVSBuckets(
      upstream, areWeighted: true, fallsBack: options.word("fallback") == "yes")
  }

  /// - Complexity: O(1).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    buckets.pick(attempt.foldedAddress, for: attempt, from: upstream)
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    buckets.fill(from: upstream)
  }
}
