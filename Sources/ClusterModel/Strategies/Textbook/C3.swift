import ExperimentModel
import SimulationEngine

/// The ranking of C3: long queues are punished by their cube.
///
/// The score of a backend is (R − T) + q³ T, with R its mean response time, T its mean service
/// time, and q the queue estimated there, one and the own requests outstanding included. The paper
/// has servers report T and the queue with each answer. Here the balancer takes for the reported
/// queue its own requests outstanding when the answer came, and for T the response time over that
/// queue and one, as of a first-come first-served server. The paper's rate control, which makes
/// requests wait in the client, is left out.
struct C3: LoadRule, ~Copyable {
  static let card = StrategyCard(
    name: "c3",
    summary: "the least score of response time and the cube of the estimated queue",
    whenToUse: "when replicas vary in speed from moment to moment, as in a data store; it "
      + "needs backends that report their queues",
    source: "L. Suresh et al., \"C3: cutting tail latency in cloud data stores via adaptive "
      + "replica selection\", NSDI 2015; service time and queue are estimated by the balancer, "
      + "and there is no rate control",
    options: [
      StrategyOption(
        name: "clients", summary: "how many balancers share the backends",
        kind: .number(standard: 1, range: 1...100_000, isWhole: true)),
      StrategyOption(
        name: "newest", summary: "the weight of the newest answer in the means",
        kind: .number(standard: 0.9, range: 0.001...1, isWhole: false)),
    ])

  private struct Means: BitwiseCopyable {
    /// Nanoseconds; 0 before the first answer.
    var response = 0.0
    var service = 0.0
    var queue = 0.0
  }

  private let clients: Double
  private let newest: Double
  private let means: Column<Means>

  init(backends: Int, options: StrategyOptions) {
    clients = options.number("clients")
    newest = options.number("newest")
    means = Column(repeating: Means(), count: backends)
  }

  @inline(__always)
  func learn(_ response: Nanoseconds, of backend: BackendIndex, _ peer: Upstream.Peer) {
    let queue = Double(peer.outstanding)
    let time = Double(max(response.count, 1))
    let service = time / (queue + 1)
    let mean = means[backend.int]
    means[backend.int] =
      mean.response == 0
      ? Means(response: time, service: service, queue: queue)
      : Means(
        response: mean.response + newest * (time - mean.response),
        service: mean.service + newest * (service - mean.service),
        queue: mean.queue + newest * (queue - mean.queue))
  }

  /// The score; of a backend without an answer 0, as the paper has it, for its first request.
  @inline(__always)
  func cost(of backend: BackendIndex, _ peer: Upstream.Peer) -> Double {
    let mean = means[backend.int]
    let own = Double(peer.outstanding)
    if mean.response == 0 { return 1e30 * own }
    let queue = 1 + own * clients + mean.queue
    return mean.response - mean.service + queue * queue * queue * mean.service
  }
}
