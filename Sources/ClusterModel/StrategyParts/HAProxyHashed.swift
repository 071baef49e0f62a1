import ExperimentModel
import SimulationEngine

/// What one of HAProxy's hashing algorithms hashes of a request.
protocol HAProxyHashInput: SendableMetatype {
  static var card: StrategyCard { get }
  init(_ options: StrategyOptions)

  /// The server for a request, looked up in `hashing` by what it hashes.
  func pick(
    by hashing: inout HAProxyHashing, for attempt: Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex?
}

/// One of HAProxy's hashing algorithms: the same request at the same server.
struct HAProxyHashed<Input: HAProxyHashInput>: Strategy, ~Copyable {
  static var card: StrategyCard { Input.card }

  private let input: Input
  private var hashing: HAProxyHashing

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    input = Input(options)
    hashing = HAProxyHashing(upstream, options)
  }

  /// - Complexity: O(length of what is hashed).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    input.pick(by: &hashing, for: attempt, from: upstream)
  }

  mutating func started(at backend: BackendIndex, in upstream: borrowing Upstream) {
    hashing.started()
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    hashing.ended()
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    hashing.changed(backend, in: upstream)
  }
}
