import ExperimentModel
import SimulationEngine

/// The mind of one balancer: which backend an attempt goes to, and what follows from its end.
///
/// It is told what happens and decides; it neither waits nor sends. The simulated cluster and the
/// replay of recordings drive the same one.
struct Balancer<Picker: Strategy & ~Copyable>: ~Copyable {
  let rules: BalancerRules
  var upstream: Upstream
  var picker: Picker

  init(_ rules: BalancerRules, upstream: consuming Upstream, picker: consuming Picker) {
    self.rules = rules
    self.upstream = upstream
    self.picker = picker
  }

  /// Picks a backend for an attempt and counts it as outstanding there; nil when none is usable.
  mutating func pick(for attempt: inout Attempt) -> BackendIndex? {
    guard let backend = rules.pick(&picker, for: &attempt, from: upstream) else { return nil }
    attempt.remember(backend)
    upstream[backend].outstanding += 1
    picker.started(at: backend, in: upstream)
    return backend
  }

  /// Takes note of how an attempt ended, and decides what follows.
  mutating func conclude(
    _ attempt: inout Attempt, at backend: BackendIndex, after response: Nanoseconds,
    _ result: AttemptResult
  ) -> Verdict {
    upstream[backend].outstanding -= 1
    picker.ended(at: backend, after: response, result, in: upstream)
    return rules.conclude(&attempt, at: backend, result, in: &upstream)
  }
}

/// What follows from the end of an attempt.
enum Verdict: BitwiseCopyable, Hashable {
  /// The client is told.
  case deliver(Ending)
  /// Another backend is tried.
  case tryAgain
}
