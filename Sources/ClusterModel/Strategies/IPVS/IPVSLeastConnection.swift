import ExperimentModel
import SimulationEngine

/// IPVS's least connection: weights do not count.
struct IPVSLeastConnection: Strategy {
  static let card = StrategyCard(
    name: "ipvs.lc",
    summary: "the destination with the fewest connections, the first of equals",
    whenToUse: "when connections last long and servers are equal",
    source: "Linux, net/netfilter/ipvs/ip_vs_lc.c")

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {}

  /// - Complexity: O(n), as in the kernel.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    upstream.leastForItsWeight(for: attempt, cost: { $0.overhead }, weight: { _ in 1 })
  }
}
