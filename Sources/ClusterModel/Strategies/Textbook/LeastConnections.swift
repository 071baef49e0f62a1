import ExperimentModel

/// The backend with the fewest outstanding requests; among equals, in turn.
struct LeastConnections: LoadRule {
  static let card = StrategyCard(
    name: "least-connections",
    summary: "the backend with the fewest outstanding requests, in turn among equals",
    whenToUse: "when requests differ much in cost and one balancer sees them all; a "
      + "backend that fails fast looks idle and draws the load",
    source: "textbook; weights do not count, and the search begins behind the last pick")

  init(backends: Int, options: StrategyOptions) {}

  func cost(of backend: BackendIndex, _ peer: Upstream.Peer) -> Double {
    Double(peer.outstanding)
  }
}
