import ExperimentModel

/// Any of the backends with the fewest outstanding requests.
struct JoinShortestQueue: LoadRule {
  static let card = StrategyCard(
    name: "join-shortest-queue",
    summary: "the fewest outstanding requests, any of equals with equal chance",
    whenToUse: "when one balancer sees every request and the best mean response is wanted; "
      + "several that do not know of each other collide",
    source: "textbook; W. Winston, \"Optimality of the shortest line discipline\", JAP 14 (1977)")

  static var drawsAmongEquals: Bool { true }

  init(backends: Int, options: StrategyOptions) {}

  func cost(of backend: BackendIndex, _ peer: Upstream.Peer) -> Double {
    Double(peer.outstanding)
  }
}
