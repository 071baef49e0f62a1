import ExperimentModel

/// The backend whose mean response time, times the requests that it would then have, is the least
/// for its weight.
enum LeastResponseTime: LoadRule {
  static let card = StrategyCard(
    name: "least-response-time",
    summary: "the least mean response time, times those outstanding and one, for the weight",
    whenToUse: "when backends differ in speed in a way that nobody has written down; "
      + "errors that come fast look like speed",
    source: "textbook; the mean gives the newest answer a tenth; a backend without an answer is "
      + "tried once, and comes last until it answers")

  static func cost(of peer: Upstream.Peer, response: Double) -> Double {
    if response == 0 { return peer.outstanding == 0 ? 0 : 1e18 * Double(peer.outstanding) }
    return response * Double(peer.outstanding + 1) / Double(peer.warmWeight)
  }
}
