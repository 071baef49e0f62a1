import ExperimentModel
import SimulationEngine

/// A strategy of any kind.
///
/// The simulated cluster is compiled once and not once for each of the many strategies. What that
/// costs is one indirect call where a request is picked for, begins and ends; the strategy behind
/// it is compiled for itself alone.
struct AnyStrategy: ~Copyable {
  let card: StrategyCard
  let traits: StrategyTraits
  // Owned by this value alone, so that a call needs no reference counting.
  private let box: Unmanaged<StrategyBox>

  /// Makes a strategy for a balancer that has just started.
  init<S: Strategy & ~Copyable>(
    _: S.Type, upstream: borrowing Upstream, options: [String: OptionValue],
    randomness: RandomStream
  ) {
    card = S.card
    traits = S.traits
    let strategy = S(
      upstream: upstream, options: StrategyOptions(S.card, given: options),
      randomness: randomness)
    box = Unmanaged.passRetained(BoxOf<S>(strategy))
  }

  deinit { box.release() }

  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    box._withUnsafeGuaranteedRef { $0.pick(for: &attempt, from: upstream) }
  }

  /// Picks for many requests, in order, of which none is told when it begins or ends; false when
  /// no backend was usable for one.
  mutating func pick(for batch: borrowing RequestBatch, from upstream: borrowing Upstream) -> Bool {
    box._withUnsafeGuaranteedRef { $0.pick(for: batch, from: upstream) }
  }

  mutating func started(at backend: BackendIndex, in upstream: borrowing Upstream) {
    box._withUnsafeGuaranteedRef { $0.started(at: backend, in: upstream) }
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    box._withUnsafeGuaranteedRef { $0.ended(at: backend, after: response, result, in: upstream) }
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    box._withUnsafeGuaranteedRef { $0.changed(backend, in: upstream) }
  }
}

/// The calls of a strategy, to be overridden for each kind.
private class StrategyBox {
  func pick(for attempt: inout Attempt, from upstream: borrowing Upstream) -> BackendIndex? {
    preconditionFailure("a box holds a strategy")
  }
  func pick(for batch: borrowing RequestBatch, from upstream: borrowing Upstream) -> Bool {
    preconditionFailure("a box holds a strategy")
  }
  func started(at backend: BackendIndex, in upstream: borrowing Upstream) {
    preconditionFailure("a box holds a strategy")
  }
  func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    preconditionFailure("a box holds a strategy")
  }
  func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    preconditionFailure("a box holds a strategy")
  }
}

private final class BoxOf<S: Strategy & ~Copyable>: StrategyBox {
  private var strategy: S

  init(_ strategy: consuming S) { self.strategy = strategy }

  override func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    strategy.pick(for: &attempt, from: upstream)
  }

  override func pick(
    for batch: borrowing RequestBatch, from upstream: borrowing Upstream
  ) -> Bool {
    strategy.pick(for: batch, from: upstream)
  }

  override func started(at backend: BackendIndex, in upstream: borrowing Upstream) {
    strategy.started(at: backend, in: upstream)
  }

  override func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    strategy.ended(at: backend, after: response, result, in: upstream)
  }

  override func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    strategy.changed(backend, in: upstream)
  }
}
