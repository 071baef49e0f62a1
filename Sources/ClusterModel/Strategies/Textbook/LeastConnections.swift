import ExperimentModel

/// The backend with the fewest outstanding requests; among equals, in turn.
enum LeastConnections: LoadRule {
  static let card = StrategyCard(
    name: "least-connections",
    summary: "the backend with the fewest outstanding requests, in turn among equals",
    whenToUse: "when requests differ much in cost and one balancer sees them all; a "
      + "backend that fails fast looks idle and draws the load",
    source: "textbook; weights do not count, and the search begins behind the last pick")

  static func cost(of peer: Upstream.Peer, response: Double) -> Double {
    Double(peer.outstanding)
  }
}
