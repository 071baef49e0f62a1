import ExperimentModel
import SimulationEngine

/// IPVS's never queue: nobody waits while another is idle.
struct IPVSNeverQueue: Strategy {
  static let card = StrategyCard(
    name: "ipvs.nq",
    summary: "the first idle destination, else by shortest expected delay",
    whenToUse: "when no server should be idle while another has a queue, and sizes differ",
    source: "Linux, net/netfilter/ipvs/ip_vs_nq.c")

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {}

  /// - Complexity: O(n), as in the kernel.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    for place in 0..<upstream.count where upstream[BackendIndex(place)].outstanding == 0 {
      let backend = BackendIndex(place)
      if upstream.isUsable(backend, for: attempt) { return backend }
    }
    return upstream.leastForItsWeight(
      for: attempt, cost: { Int64($0.outstanding) + 1 }, weight: { Int64($0.weight) })
  }
}
