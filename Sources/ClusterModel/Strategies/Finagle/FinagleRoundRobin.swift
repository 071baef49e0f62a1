import ExperimentModel
import SimulationEngine

/// Finagle's round robin: in turn over the nodes that are open.
struct FinagleRoundRobin: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "finagle.round_robin",
    summary: "each open node in turn; weights do not count",
    whenToUse: "when servers and requests are alike; Finagle keeps it for comparison more "
      + "than for use",
    source: "Finagle, finagle-core/.../loadbalancer/roundrobin/RoundRobinBalancer.scala")

  static var traits: StrategyTraits { .ignoresAnswers }

  private var open: Column<UInt32>
  private var turn = 0

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    open = Self.open(in: upstream)
  }

  /// - Complexity: O(1), and one step more for each unusable node that is passed over.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    for _ in 0..<open.count {
      let backend = BackendIndex(Int(open[turn % open.count]))
      turn += 1
      if upstream.isUsable(backend, for: attempt) { return backend }
    }
    return nil
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    open = Self.open(in: upstream)
  }

  /// The nodes that are open, or all where none is.
  private static func open(in upstream: borrowing Upstream) -> Column<UInt32> {
    var open: [UInt32] = []
    for place in 0..<upstream.count where upstream.isInService(BackendIndex(place)) {
      open.append(UInt32(place))
    }
    return Column(open.isEmpty ? (0..<upstream.count).map(UInt32.init) : open)
  }
}
