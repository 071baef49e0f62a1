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

  /// Who is ejected for failing; nobody where the program has no such thing.
  private var outliers: OutlierDetection
  /// Which backends were in service when the picker was last told.
  private let wasInService: Column<Bool>

  init(
    _ rules: BalancerRules, upstream: consuming Upstream, picker: consuming Picker,
    outliers settings: OutlierDetection.Settings? = nil
  ) {
    self.rules = rules
    outliers = OutlierDetection(settings, hosts: upstream.count)
    wasInService = Column(repeating: true, count: upstream.count)
    for place in 0..<upstream.count {
      wasInService[place] = upstream.isInService(BackendIndex(place))
    }
    self.upstream = upstream
    self.picker = picker
  }

  /// Picks a backend for an attempt and counts it as outstanding there; nil when none is usable.
  mutating func pick(for attempt: inout Attempt) -> BackendIndex? {
    upstream.now = attempt.now
    if outliers.nextTick <= attempt.now && outliers.tick(until: attempt.now, in: &upstream) {
      tellWhoIsInService()
    }
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
    upstream.now = attempt.now
    upstream[backend].outstanding -= 1
    picker.ended(at: backend, after: response, result, in: upstream)
    if outliers.observe(result, of: backend, at: attempt.now, in: &upstream) {
      tellWhoIsInService()
    }
    return rules.conclude(&attempt, at: backend, result, in: &upstream)
  }

  /// Tells the picker which backends have come or gone, by ejection or by panic.
  private mutating func tellWhoIsInService() {
    BalancerRules.notePanic(in: &upstream)
    for place in 0..<upstream.count {
      let backend = BackendIndex(place)
      let isIn = upstream.isInService(backend)
      if isIn == wasInService[place] { continue }
      wasInService[place] = isIn
      picker.changed(backend, in: upstream)
    }
  }
}

/// What follows from the end of an attempt.
enum Verdict: BitwiseCopyable, Hashable {
  /// The client is told.
  case deliver(Ending)
  /// Another backend is tried.
  case tryAgain
}
