import ExperimentModel

/// The backend with the fewest outstanding requests for its weight; among equals, in turn.
struct WeightedLeastConnections: LoadRule {
  static let card = StrategyCard(
    name: "weighted-least-connections",
    summary: "the fewest outstanding requests for the weight, in turn among equals",
    whenToUse: "when requests differ in cost and backends in size; a backend that fails "
      + "fast looks idle and draws the load",
    source: "textbook; W. Zhang, \"Linux virtual server for scalable network services\", OLS 2000")

  init(backends: Int, options: StrategyOptions) {}

  func cost(of backend: BackendIndex, _ peer: Upstream.Peer) -> Double {
    Double(peer.outstanding) / Double(peer.warmWeight)
  }
}
