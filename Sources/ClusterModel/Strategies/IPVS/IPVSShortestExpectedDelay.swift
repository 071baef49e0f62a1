import ExperimentModel
import SimulationEngine

/// IPVS's shortest expected delay: the connection at hand is counted as if it were there.
struct IPVSShortestExpectedDelay: Strategy {
  static let card = StrategyCard(
    name: "ipvs.sed",
    summary: "the fewest connections, one more counted, for the weight",
    whenToUse: "when servers differ much in size and connections are few; small ones may "
      + "stay idle",
    source: "Linux, net/netfilter/ipvs/ip_vs_sed.c")

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {}

  /// - Complexity: O(n), as in the kernel.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    upstream.leastForItsWeight(
      for: attempt, cost: { Int64($0.outstanding) + 1 }, weight: { Int64($0.weight) })
  }
}
