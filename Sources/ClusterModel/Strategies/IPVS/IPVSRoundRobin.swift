import ExperimentModel
import SimulationEngine

/// IPVS's round robin: the next in the list that can be used.
struct IPVSRoundRobin: Strategy {
  static let card = StrategyCard(
    name: "ipvs.rr", summary: "each destination in turn; weights do not count",
    whenToUse: "when connections are alike and servers equal; IPVS never sees what becomes "
      + "of a connection",
    source: "Linux, net/netfilter/ipvs/ip_vs_rr.c")

  static var traits: StrategyTraits { .ignoresAnswers }

  private var rotation = Rotation()

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {}

  /// - Complexity: O(1), and one step more for each unusable destination that is passed over.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    rotation.next(for: attempt, in: upstream)
  }
}
