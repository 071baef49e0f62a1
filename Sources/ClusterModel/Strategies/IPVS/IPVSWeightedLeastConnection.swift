import ExperimentModel
import SimulationEngine

/// IPVS's weighted least connection, its default.
struct IPVSWeightedLeastConnection: Strategy {
  static let card = StrategyCard(
    name: "ipvs.wlc",
    summary: "the fewest connections for the weight, the first of equals",
    whenToUse: "when connections last long and servers differ in size: the standard of "
      + "IPVS",
    source: "Linux, net/netfilter/ipvs/ip_vs_wlc.c")

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {}

  /// - Complexity: O(n), as in the kernel.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    upstream.leastForItsWeight(
      for: attempt, cost: { $0.overhead }, weight: { Int64($0.weight) })
  }
}
