import ExperimentModel
import SimulationEngine

/// HAProxy's `balance first`: fills one server up before it uses the next.
struct HAProxyFirst: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "haproxy.first",
    summary: "the first backend with a free slot, so that the last ones can be switched off",
    whenToUse: "when servers can be switched off when they are not needed and each has a "
      + "`max_conns`; without limits all goes to one",
    source: "HAProxy, src/lb_fas.c")
  static var traits: StrategyTraits { [.anyBackendWillDo, .neverOvertakes] }

  /// The servers by their numbers.
  private let order: Column<BackendIndex>

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    let ids = upstream.ids
    order = Column(ids.indices.sorted { ids[$0] < ids[$1] }.map(BackendIndex.init))
  }

  /// - Complexity: O(k) with k full servers before the one picked, as in HAProxy.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    var avoided: BackendIndex?
    for place in 0..<order.count {
      let server = order[place]
      let peer = upstream[server]
      guard peer.isBackup == attempt.usesBackups, peer.isServing,
        upstream.isFree(server, for: attempt)
      else { continue }
      if server != attempt.avoided { return server }
      avoided = server
    }
    return avoided
  }
}
