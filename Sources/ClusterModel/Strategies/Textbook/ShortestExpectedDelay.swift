import ExperimentModel

/// The backend at which a request would be done first if weights were speeds.
struct ShortestExpectedDelay: LoadRule {
  static let card = StrategyCard(
    name: "shortest-expected-delay",
    summary: "the fewest outstanding requests, one more counted, for the weight",
    whenToUse: "when backends differ much in size and requests are few and long; idle "
      + "small ones may wait for nothing",
    source: "textbook; weights stand for speeds, and equals are taken in turn")

  init(backends: Int, options: StrategyOptions) {}

  func cost(of backend: BackendIndex, _ peer: Upstream.Peer) -> Double {
    Double(peer.outstanding + 1) / Double(peer.warmWeight)
  }
}
