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
  /// What a request passes before it is thought about.
  var door: FrontDoor
  /// The idle connections to backends.
  var idle: IdleConnections
  /// Who is ejected for failing; nobody where the program has no such thing.
  private var outliers: OutlierDetection
  /// When whoever picks hears of hosts that come and go, in Envoy.
  private var merging = MergeWindow()
  /// Who is taken for dead, in Finagle; nobody in the other programs.
  private var accrual: FailureAccrual
  /// How many errors in a row each server has answered with, where HAProxy watches for them.
  private let errors: Column<Int32>
  /// The server that has just answered with too many; `none` for none.
  var tooManyErrors = BackendIndex.none
  /// How many retries there may be.
  private var retries: RetryLimit
  /// What the pauses before retries are drawn from.
  private var pauses: RandomStream
  /// Requests sent to backends and not seen answered.
  private var outstanding = 0
  /// Which backends were in service when the picker was last told.
  private let wasInService: Column<Bool>

  init(
    _ rules: BalancerRules, upstream: consuming Upstream, picker: consuming AnyStrategy,
    outliers settings: OutlierDetection.Settings? = nil, from start: Instant = .zero,
    door: consuming FrontDoor = FrontDoor(), seed: UInt64 = 1
  ) {
    self.rules = rules
    self.door = door
    queue = RequestQueue(backends: rules.letsWait ? upstream.count : 0)
    idle = IdleConnections(capacity: rules.idleConnections, backends: upstream.count)
    outliers = OutlierDetection(settings, hosts: upstream.count, from: start)
    accrual = FailureAccrual(rules.accrual, nodes: upstream.count, seed: seed)
    errors = Column(repeating: 0, count: rules.errorLimit > 0 ? upstream.count : 0)
    retries = RetryLimit(rules)
    pauses = RandomStream(seed: seed, purpose: "pauses")
    let isTold = rules.program == .envoy || rules.program == .finagle
    wasInService = Column(repeating: false, count: isTold ? upstream.count : 0)
    for place in 0..<wasInService.count {
      wasInService[place] = upstream.isInService(BackendIndex(place))
    }
    self.upstream = upstream
    self.picker = picker
  }

  /// Makes a balancer of a topology.
  ///
  /// - Parameter number: that of the balancer, or worker, among all.
  init(
    _ balancer: ExperimentModel.Balancer, _ rules: BalancerRules, of topology: Topology,
    door: consuming FrontDoor, number: Int
  ) {
    var upstream = Upstream(
      topology.backends.map { $0.peer(under: balancer.passive) },
      addresses: topology.backends.map { "\($0.name):80" })
    upstream.warmUps = WarmUps(of: topology.backends, like: balancer.like)
    let picker = StrategyCatalog.make(
      balancer.strategy, upstream: upstream, seed: topology.run.seed, number: number)
    let outliers =
      balancer.like == .envoy ? balancer.passive.map(OutlierDetection.Settings.init) : nil
    self.init(
      rules, upstream: upstream, picker: picker, outliers: outliers, door: door,
      seed: topology.run.seed &+ UInt64(number))
  }

  /// Picks a backend for an attempt and counts it as outstanding there; nil when none is usable,
  /// and the request waits, if `letWait` says so, or is refused.
  mutating func pick(for attempt: inout Attempt) -> BackendIndex? {
    passTime(until: attempt.now)
    if upstream.fullConnections > 0 { upstream.connections = outstanding + queue.count + 1 }
    let isWaiting = rules.letsWait && queue.first(for: .none) != nil
    guard
      let backend = rules.pick(&picker, for: &attempt, from: upstream, behindOthers: isWaiting)
    else { return nil }
    if rules.program == .envoy && outstanding >= rules.mostOutstanding
      && upstream[backend].outstanding > 0
    {
      // A host always gets a first connection; beyond it the limit of the cluster holds.
      attempt.waitsFor = backend
      return nil
    }
    if attempt.number == 0 { retries.noteRequest(at: attempt.now) }
    attempt.remember(backend)
    start(at: backend)
    return backend
  }

  /// Sends a request to the backend that its connection leads to.
  mutating func stay(at backend: BackendIndex) { start(at: backend) }

  /// Takes note of how an attempt ended, and decides what follows.
  mutating func conclude(
    _ attempt: inout Attempt, at backend: BackendIndex, after response: Nanoseconds,
    _ result: AttemptResult
  ) -> Verdict {
    passTime(until: attempt.now)
    if let pause = rules.pauseInPlace(&attempt, at: backend, result, picker.traits, in: upstream) {
      return .tryThere(after: pause)
    }
    // The request still counts among all while it makes room for those that wait.
    if upstream.fullConnections > 0 { upstream.connections = outstanding + queue.count }
    upstream[backend].outstanding -= 1
    outstanding -= 1
    picker.ended(at: backend, after: response, result, in: upstream)
    if outliers.observe(result, of: backend, at: attempt.now) { hostsChanged(at: attempt.now) }
    if accrual.observe(result, of: backend, at: attempt.now, in: &upstream) { tellWhoIsInService() }
    if errors.count > 0 { watch(result, of: backend) }
    if !retries.isLimited {
      return rules.conclude(
        &attempt, at: backend, result, in: &upstream, mayRetry: true, pauses: &pauses)
    }
    abandon(attempt)
    let mayRetry = retries.allowsOne(beside: outstanding + queue.count, at: attempt.now)
    let verdict = rules.conclude(
      &attempt, at: backend, result, in: &upstream, mayRetry: mayRetry, pauses: &pauses)
    if case .tryAgain = verdict { retries.begin(at: attempt.now) }
    return verdict
  }

  /// Counts HAProxy's errors of one server in a row (`observe layer7`): no answer, or one that says
  /// 5xx other than 501 and 505.
  private mutating func watch(_ result: AttemptResult, of server: BackendIndex) {
    if result == .clientLeft { return }
    let isGood = !result.isServerError || result == .answered(501) || result == .answered(505)
    errors[server.int] = isGood ? 0 : errors[server.int] + 1
    if Int(errors[server.int]) < rules.errorLimit { return }
    errors[server.int] = 0
    tooManyErrors = server
  }

  /// Takes note that an attempt goes no further: a retry no longer counts as under way.
  mutating func abandon(_ attempt: Attempt) {
    if retries.isLimited && attempt.number > 0 { retries.end() }
  }

  /// Lets happen what happens by itself until a time: backends come back, and warm up.
  @inline(__always)
  private mutating func passTime(until now: Instant) {
    upstream.now = now
    let ofHosts = min(outliers.nextTick, merging.due)
    let news = min(ofHosts, min(accrual.nextRevival, upstream.warmUps.next))
    if news <= now { hearNews(until: now) }
  }

  @inline(never)
  private mutating func hearNews(until now: Instant) {
    if min(outliers.nextTick, merging.due) <= now { hearOfHosts(until: now) }
    if accrual.nextRevival <= now && accrual.revive(until: now, in: &upstream) {
      tellWhoIsInService()
    }
    while let backend = upstream.warmUp() { picker.changed(backend, in: upstream) }
  }

  /// Lets happen, in the order of time, what brings hosts back and what tells the picker of it.
  private mutating func hearOfHosts(until now: Instant) {
    while min(outliers.nextTick, merging.due) <= now {
      if merging.due <= outliers.nextTick {
        merging.deliver(at: merging.due)
        deliverHosts()
      } else {
        let time = outliers.nextTick
        if outliers.tick() { hostsChanged(at: time) }
      }
    }
  }

  /// Some host of Envoy's has come or gone.
  private mutating func hostsChanged(at now: Instant) {
    if merging.passes(at: now) { deliverHosts() }
  }

  private mutating func deliverHosts() {
    for place in 0..<upstream.count {
      let host = BackendIndex(place)
      upstream.set(host, isUp: !upstream[host].isFailing && !outliers.isEjected(host))
    }
    tellWhoIsInService()
  }

  /// Tells the picker which backends have come or gone, by ejection or by panic.
  private mutating func tellWhoIsInService() {
    rules.notePanic(in: &upstream)
    for place in 0..<upstream.count {
      let backend = BackendIndex(place)
      let isIn = upstream.isInService(backend)
      if isIn == wasInService[place] { continue }
      wasInService[place] = isIn
      picker.changed(backend, in: upstream)
    }
  }

  @inline(__always)
  private mutating func start(at backend: BackendIndex) {
    upstream[backend].outstanding += 1
    outstanding += 1
    if accrual.isWatching { noteProbe(at: backend) }
    picker.started(at: backend, in: upstream)
  }

  /// A node on trial gets one request, and is not open for more until that one is answered.
  private mutating func noteProbe(at backend: BackendIndex) {
    if accrual.closeProbe(of: backend, in: &upstream) { tellWhoIsInService() }
  }
}

/// What follows from the end of an attempt.
enum Verdict: BitwiseCopyable, Hashable {
  /// The client is told.
  case deliver(Ending)
  /// A backend is picked anew, after a pause during which the request has no place anywhere.
  case tryAgain(after: Nanoseconds)
  /// The same backend is tried after a pause, during which the request keeps its place there.
  case tryThere(after: Nanoseconds)
}

/// Requests that wait until a backend has room.
extension Balancer {
  /// Whether a request may wait for which `pick` found no backend.
  func mayWait(_ attempt: Attempt) -> Bool {
    rules.letsWait && rules.mayQueue(attempt, in: upstream, behind: queue.count)
  }

  /// Lets a request wait for which `pick` found no backend; false when it is refused.
  mutating func letWait(_ request: RequestIndex, _ attempt: Attempt) -> Bool {
    guard mayWait(attempt) else { return false }
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
    guard queue.count > 0, rules.hasRoom(backend, in: upstream, beside: outstanding) else {
      return nil
    }
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
  mutating func set(_ backend: BackendIndex, isUp: Bool, at now: Instant) {
    passTime(until: now)
    if upstream[backend].isUp == isUp { return }
    upstream.set(backend, isUp: isUp)
    if isUp { upstream.beginWarmUp(of: backend) }
    if wasInService.count > 0 { return tellWhoIsInService() }
    picker.changed(backend, in: upstream)
  }

  /// Takes note of what active checks have found.
  ///
  /// In Envoy a host that passes is no longer ejected.
  mutating func setHealth(of backend: BackendIndex, isGood: Bool, at now: Instant) {
    passTime(until: now)
    upstream[backend].isFailing = !isGood
    guard rules.program == .envoy else { return set(backend, isUp: isGood, at: now) }
    if isGood { outliers.uneject(backend, at: now) }
    hostsChanged(at: now)
  }

  /// Gives a backend a new weight; of weight 0, which only some programs know, it gets no request.
  mutating func set(_ backend: BackendIndex, weight: Int, at now: Instant) {
    passTime(until: now)
    if Int(upstream[backend].weight) == weight { return }
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
