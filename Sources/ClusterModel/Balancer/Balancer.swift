import ExperimentModel
import SimulationEngine

/// The mind of one balancer: which backend an attempt goes to, and what follows from its end.
///
/// It is told what happens and decides; it neither waits nor sends. The simulated cluster and the
/// replay of recordings drive the same one.
struct Balancer: ~Copyable {
  let rules: BalancerRules
  var upstream: Upstream
  var picker: AnyStrategy
  /// The requests that no backend had room for, in programs that let them wait.
  var queue: RequestQueue
  /// Who is ejected for failing; nobody where the program has no such thing.
  private var outliers: OutlierDetection
  /// Which backends were in service when the picker was last told.
  private let wasInService: Column<Bool>

  init(
    _ rules: BalancerRules, upstream: consuming Upstream, picker: consuming AnyStrategy,
    outliers settings: OutlierDetection.Settings? = nil, from start: Instant = .zero
  ) {
    self.rules = rules
    queue = RequestQueue(backends: rules.letsWait ? upstream.count : 0)
    outliers = OutlierDetection(settings, hosts: upstream.count, from: start)
    wasInService = Column(repeating: false, count: rules.program == .envoy ? upstream.count : 0)
    for place in 0..<wasInService.count {
      wasInService[place] = upstream.isInService(BackendIndex(place))
    }
    self.upstream = upstream
    self.picker = picker
  }

  /// Picks a backend for an attempt and counts it as outstanding there; nil when none is usable,
  /// and the request waits, if `letWait` says so, or is refused.
  mutating func pick(for attempt: inout Attempt) -> BackendIndex? {
    upstream.now = attempt.now
    if outliers.nextTick <= attempt.now && outliers.tick(until: attempt.now, in: &upstream) {
      tellWhoIsInService()
    }
    let isWaiting = rules.letsWait && queue.first(for: .none) != nil
    guard
      let backend = rules.pick(&picker, for: &attempt, from: upstream, behindOthers: isWaiting)
    else { return nil }
    attempt.remember(backend)
    start(at: backend)
    return backend
  }

  /// Takes note of how an attempt ended, and decides what follows.
  mutating func conclude(
    _ attempt: inout Attempt, at backend: BackendIndex, after response: Nanoseconds,
    _ result: AttemptResult
  ) -> Verdict {
    upstream.now = attempt.now
    if let pause = rules.pauseInPlace(&attempt, at: backend, result, picker.traits, in: upstream) {
      return .tryThere(after: pause)
    }
    upstream[backend].outstanding -= 1
    picker.ended(at: backend, after: response, result, in: upstream)
    if outliers.observe(result, of: backend, at: attempt.now, in: &upstream) {
      tellWhoIsInService()
    }
    return rules.conclude(&attempt, at: backend, result, in: &upstream)
  }

  /// Tells the picker which backends have come or gone, by ejection or by panic.
  mutating func tellWhoIsInService() {
    BalancerRules.notePanic(in: &upstream)
    for place in 0..<upstream.count {
      let backend = BackendIndex(place)
      let isIn = upstream.isInService(backend)
      if isIn == wasInService[place] { continue }
      wasInService[place] = isIn
      picker.changed(backend, in: upstream)
    }
  }

  private mutating func start(at backend: BackendIndex) {
    upstream[backend].outstanding += 1
    picker.started(at: backend, in: upstream)
  }
}

/// What follows from the end of an attempt.
enum Verdict: BitwiseCopyable, Hashable {
  /// The client is told.
  case deliver(Ending)
  /// Another backend is tried.
  case tryAgain
  /// The same backend is tried after a pause, during which the request keeps its place there.
  case tryThere(after: Nanoseconds)
}

/// Requests that wait until a backend has room.
extension Balancer {
  /// Lets a request wait for which `pick` found no backend; false when it is refused.
  mutating func letWait(_ request: RequestIndex, _ attempt: Attempt) -> Bool {
    guard rules.letsWait, rules.mayQueue(attempt, in: upstream) else { return false }
    queue.append(request, for: attempt.waitsFor)
    if attempt.waitsFor != .none { upstream[attempt.waitsFor].queued += 1 }
    return true
  }

  /// The waiting request that a backend takes now, counted as outstanding there; nil when it has
  /// no room or nobody waits for it.
  ///
  /// It is asked again and again after an attempt at the backend has ended, or the backend has
  /// come back, until it says nil.
  ///
  /// - Complexity: O(1), and what the strategy needs for `started`.
  mutating func admit(to backend: BackendIndex) -> RequestIndex? {
    guard queue.count > 0, rules.hasRoom(backend, in: upstream) else { return nil }
    let forAny =
      rules.servesAnyone(backend, in: upstream) ? queue.first(for: .none) : nil
    let bound = queue.first(for: backend)
    guard let request = queue.longerWaiting(bound, forAny) else { return nil }
    giveUpWaiting(request)
    start(at: backend)
    return request
  }

  /// Takes a request out of the queue: it has run out of time, or its client has gone.
  mutating func giveUpWaiting(_ request: RequestIndex) {
    guard let backend = queue.remove(request), backend != .none else { return }
    upstream[backend].queued -= 1
  }
}

/// What operators and active checks do to backends.
extension Balancer {
  /// Takes a backend into use, or out of use; requests that it has go on.
  ///
  /// A backend that has come back admits those that wait.
  mutating func set(_ backend: BackendIndex, isUp: Bool) {
    upstream.set(backend, isUp: isUp)
    if rules.program == .envoy { return tellWhoIsInService() }
    picker.changed(backend, in: upstream)
  }

  /// Gives a backend a new weight; of weight 0, which only some programs know, it gets no request.
  mutating func set(_ backend: BackendIndex, weight: Int) {
    upstream.set(backend, weight: weight)
    picker.changed(backend, in: upstream)
  }

  /// A request that was bound to a backend that has gone, and is to be picked for anew.
  ///
  /// Nil when there is none, or the program lets them wait for the backend's return.
  mutating func redistribute(from backend: BackendIndex) -> RequestIndex? {
    guard rules.redistributes, let request = queue.first(for: backend) else { return nil }
    giveUpWaiting(request)
    return request
  }
}
