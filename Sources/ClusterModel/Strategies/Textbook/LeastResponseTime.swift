import ExperimentModel
import SimulationEngine

/// The backend whose mean response time, times the requests that it would then have, is the least
/// for its weight.
struct LeastResponseTime: LoadRule, ~Copyable {
  static let card = StrategyCard(
    name: "least-response-time",
    summary: "the least mean response time, times those outstanding and one, for the weight",
    whenToUse: "when backends differ in speed in a way that nobody has written down; "
      + "errors that come fast look like speed",
    source: "textbook; the mean gives the newest answer a tenth; a backend without an answer is "
      + "tried once, and comes last until it answers")

  /// The weight of the newest answer in the mean.
  private let newest = 0.1
  /// The mean response times in nanoseconds; 0 before the first answer.
  private let responses: Column<Double>

  init(backends: Int, options: StrategyOptions) {
    responses = Column(repeating: 0, count: backends)
  }

  func learn(_ response: Nanoseconds, of backend: BackendIndex, _ peer: Upstream.Peer) {
    let time = Double(max(response.count, 1))
    let mean = responses[backend.int]
    responses[backend.int] = mean == 0 ? time : mean + newest * (time - mean)
  }

  func cost(of backend: BackendIndex, _ peer: Upstream.Peer) -> Double {
    let response = responses[backend.int]
    if response == 0 { return peer.outstanding == 0 ? 0 : 1e18 * Double(peer.outstanding) }
    return response * Double(peer.outstanding + 1) / Double(peer.warmWeight)
  }
}
