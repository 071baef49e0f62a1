import ExperimentModel
import SimulationEngine

/// Finagle's default: of two different nodes the one with fewer requests outstanding.
struct FinagleP2C: Strategy {
  static let card = StrategyCard(
    name: "finagle.p2c",
    summary: "of two different nodes drawn at random, the one with fewer outstanding requests",
    whenToUse: "when many clients balance by themselves over the same servers: Finagle's "
      + "standard",
    source: "Finagle, finagle-core/.../loadbalancer/p2c/P2CLeastLoaded.scala")

  private var stream: RandomStream

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    stream = randomness
  }

  /// - Complexity: O(1) while most nodes are open.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    FinagleTwoChoices.pick(
      among: upstream.count, for: attempt, in: upstream, stream: &stream,
      node: { BackendIndex($0) }, load: { Double(upstream[$0].outstanding) })
  }
}
