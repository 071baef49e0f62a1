import ExperimentModel
import SimulationEngine

/// A backend that has reported itself idle; any backend when none has.
///
/// A backend joins the list when its last request ends, and stays in it until it is taken, even if
/// it is busy again by then. With one dispatcher there is one list.
struct JoinIdleQueue: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "join-idle-queue",
    summary: "the backend that has been listed as idle longest, else any with equal chance",
    whenToUse: "when very many backends are mostly idle and a pick must cost nothing; at "
      + "high load it turns into chance",
    source: "Y. Lu et al., \"Join-Idle-Queue: a novel load balancing algorithm for dynamically "
      + "scalable web services\", Performance Evaluation 68 (2011)")

  private var idle: Ring<UInt32>
  private let isListed: Column<Bool>
  private var stream: RandomStream

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    idle = Ring(capacity: upstream.count)
    isListed = Column(repeating: true, count: upstream.count)
    for place in 0..<upstream.count { idle.append(UInt32(place)) }
    stream = randomness
  }

  /// - Complexity: O(1) while most backends are usable.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    for _ in 0..<idle.count {
      let backend = BackendIndex(Int(idle.removeFirst()))
      if upstream.isUsable(backend, for: attempt) {
        isListed[backend.int] = false
        return backend
      }
      idle.append(backend.value)
    }
    return upstream.firstUsable(for: attempt) {
      BackendIndex(Int(stream.below(UInt64(upstream.count))))
    }
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    if upstream[backend].outstanding > 0 || isListed[backend.int] { return }
    isListed[backend.int] = true
    idle.append(backend.value)
  }
}
