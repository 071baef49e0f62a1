import ExperimentModel
import SimulationEngine

/// The world around a balancer that is replayed: backends that do as they are told, and a clock
/// that goes where the script says.
struct ScriptedWorld: ~Copyable {
  private let keys: KeyTable
  private let placeOfKey: [String: Int]
  private let readTimeout: Nanoseconds?
  private var modes: [BackendMode]
  /// The requests that backends hold open, by their names in the script.
  private var held: [String: HeldRequest] = [:]
  /// What the clients of requests that ended without a backend were told.
  private var turnedAway: [String: UInt16] = [:]
  /// The requests that ever waited in the balancer, and those of them that wait now.
  private var waited: [String] = []
  private var waiting: [String: WaitingRequest] = [:]
  private var checks: ScriptedChecks
  private var balancer: Balancer

  private struct WaitingRequest {
    var attempt: Attempt
    var row: RequestIndex
  }

  private struct HeldRequest {
    var attempt: Attempt
    var backend: BackendIndex
    var since: Instant
  }

  init(_ script: BalancerScript) {
    let keys = script.steps.compactMap(\.action.request?.key)
    self.keys = KeyTable(keys)
    placeOfKey = Dictionary(zip(keys, keys.indices)) { first, _ in first }
    readTimeout = script.readTimeout.map { Nanoseconds($0.nanoseconds) }
    modes = Array(repeating: .up, count: script.servers.count)
    let configured = ExperimentModel.Balancer(
      like: script.like, strategy: script.strategy, retry: script.retry,
      timeouts: BalancerTimeouts(queue: script.queueTimeout),
      usesAllBackups: script.usesAllBackups)
    let rules = BalancerRules(configured, backends: script.servers.map(\.backend), isTCP: true)
    checks = ScriptedChecks(
      script.servers.map(\.checks), from: script.steps.first?.at ?? .zero,
      randomness: RandomStream(seed: script.seed, purpose: "checks"))
    let upstream = script.upstream
    let picker = StrategyCatalog.make(script.strategy, upstream: upstream, seed: script.seed)
    // When the intervals of the recorded program began is not known.
    var phase = RandomStream(seed: script.seed, purpose: "outliers")
    let span = script.outliers.map { Double($0.interval.count) * phase.uniform() } ?? 0
    balancer = Balancer(
      rules, upstream: upstream, picker: picker, outliers: script.outliers,
      from: (script.steps.first?.at ?? .zero) - Nanoseconds(nearest: span))
  }

  /// Lets one step happen; what waits without end waits until the next one begins.
  mutating func take(_ step: ScriptedStep, before next: Instant?) -> StepOutcome {
    passTime(until: step.at)
    var outcome = StepOutcome()
    switch step.action {
    case .request(let request):
      return run(request, heldAs: nil, at: step.at, before: next)
    case .start(let id, let request):
      return run(request, heldAs: id, at: step.at, before: next)
    case .finish(let id):
      return finish(id, at: step.at)
    case .backend(let place, let mode):
      modes[place] = mode
    case .admin(let place, let isUp):
      balancer.set(BackendIndex(place), isUp: isUp, at: step.at)
      if isUp {
        admitWaiting(to: BackendIndex(place), at: step.at, &outcome)
      } else {
        redistribute(from: BackendIndex(place), at: step.at, &outcome)
      }
    case .weight(let place, let weight):
      balancer.set(BackendIndex(place), weight: weight, at: step.at)
    case .sleep: break
    }
    return outcome
  }

  /// Lets happen what happens by itself until a time: checks, and the end of waiting.
  private mutating func passTime(until time: Instant) {
    while let check = checks.due(by: time) {
      guard let change = checks.take(check.server, modes[check.server]) else { continue }
      balancer.setHealth(of: BackendIndex(check.server), isGood: change == .up, at: check.at)
    }
    guard let limit = balancer.rules.queueTimeout else { return }
    for id in waited {
      guard let request = waiting[id], request.attempt.now + limit <= time else { continue }
      balancer.giveUpWaiting(request.row)
      waiting[id] = nil
      turnedAway[id] = balancer.rules.nobodyUsable.status
    }
  }

  /// Sends requests that wait to a backend as long as it has room.
  private mutating func admitWaiting(
    to backend: BackendIndex, at time: Instant, _ outcome: inout StepOutcome
  ) {
    while let row = balancer.admit(to: backend) {
      let id = waited[row.int]
      guard var request = waiting.removeValue(forKey: id) else { continue }
      request.attempt.now = time
      held[id] = HeldRequest(attempt: request.attempt, backend: backend, since: time)
      outcome.dequeued.append(StepOutcome.Dequeued(id: id, server: backend.int))
    }
  }

  /// Sends requests that wait for a server that has gone to others.
  private mutating func redistribute(
    from server: BackendIndex, at time: Instant, _ outcome: inout StepOutcome
  ) {
    while let row = balancer.redistribute(from: server) {
      let id = waited[row.int]
      guard var request = waiting.removeValue(forKey: id) else { continue }
      request.attempt.now = time
      if let backend = balancer.pick(for: &request.attempt) {
        held[id] = HeldRequest(attempt: request.attempt, backend: backend, since: time)
        outcome.dequeued.append(StepOutcome.Dequeued(id: id, server: backend.int))
      } else if !letWait(id, request.attempt) {
        turnedAway[id] = balancer.rules.nobodyUsable.status
      }
    }
  }

  /// Whether a request that found no server waits for one; those that run to their end do not,
  /// since nothing ends before they do.
  private mutating func letWait(_ id: String?, _ attempt: Attempt) -> Bool {
    guard let id else { return false }
    let row = RequestIndex(waited.count)
    guard balancer.letWait(row, attempt) else { return false }
    waited.append(id)
    waiting[id] = WaitingRequest(attempt: attempt, row: row)
    return true
  }

  /// Sends a request, from server to server, until it has ended or a backend holds it open.
  private mutating func run(
    _ request: ScriptedRequest, heldAs id: String?, at start: Instant, before next: Instant?
  ) -> StepOutcome {
    var outcome = StepOutcome()
    var attempt = Attempt(
      now: start, key: key(of: request), address: request.address,
      isIdempotent: request.isIdempotent)
    var sameAgain: BackendIndex?
    while outcome.status == nil {
      guard let backend = sameAgain ?? balancer.pick(for: &attempt) else {
        if letWait(id, attempt) {
          outcome.isQueued = true
          return outcome
        }
        outcome.boundTo = attempt.waitsFor == .none ? nil : attempt.waitsFor.int
        outcome.lacksRoom = outcome.boundTo != nil
        if balancer.mayWait(attempt) {
          // Nothing ends before this request does, so that it waits in vain.
          outcome.lacksRoom = true
          attempt.now =
            attempt.now + (balancer.rules.queueTimeout ?? time(from: attempt.now, to: next))
        }
        outcome.attempts.append(ScriptedAttempt(server: nil, result: nil))
        outcome.status = balancer.rules.nobodyUsable.status
        break
      }
      let mode = modes[backend.int]
      if let id, mode == .up {
        outcome.attempts.append(ScriptedAttempt(server: backend.int, result: nil))
        outcome.holder = backend.int
        held[id] = HeldRequest(attempt: attempt, backend: backend, since: attempt.now)
        return outcome
      }
      let wait = mode == .hang ? patience(at: attempt.now, before: next) : .zero
      attempt.now = attempt.now + wait
      outcome.attempts.append(ScriptedAttempt(server: backend.int, result: mode.result))
      sameAgain = nil
      switch balancer.conclude(&attempt, at: backend, after: wait, mode.result) {
      case .deliver(let ending): outcome.status = ending.status(after: mode.result)
      case .tryAgain(let pause): attempt.now = attempt.now + pause
      case .tryThere(let pause):
        attempt.now = attempt.now + pause
        sameAgain = backend
      }
    }
    if let id { turnedAway[id] = outcome.status }
    outcome.took = attempt.now - start
    return outcome
  }

  /// The backend that holds a request open answers it.
  private mutating func finish(_ id: String, at time: Instant) -> StepOutcome {
    var outcome = StepOutcome()
    guard var request = held.removeValue(forKey: id) else {
      outcome.status = turnedAway.removeValue(forKey: id)
      return outcome
    }
    request.attempt.now = time
    let verdict = balancer.conclude(
      &request.attempt, at: request.backend, after: time - request.since, .answered(200))
    switch verdict {
    case .deliver(let ending): outcome.status = ending.status(after: .answered(200))
    case .tryAgain, .tryThere: preconditionFailure("a good answer goes to the client")
    }
    admitWaiting(to: request.backend, at: time, &outcome)
    return outcome
  }

  /// How long the balancer waits for a backend that never answers.
  private func patience(at now: Instant, before next: Instant?) -> Nanoseconds {
    readTimeout ?? time(from: now, to: next)
  }

  /// The time until the next step begins; none before the end.
  private func time(from now: Instant, to next: Instant?) -> Nanoseconds {
    next.map { max($0 - now, .zero) } ?? .zero
  }

  private func key(of request: ScriptedRequest) -> RequestKey {
    request.key.flatMap { placeOfKey[$0] }.map { keys[$0] } ?? .none
  }
}

extension ScriptedStep.Action {
  /// The request that the step sends, if it sends one.
  fileprivate var request: ScriptedRequest? {
    switch self {
    case .request(let request), .start(_, let request): request
    case .finish, .backend, .admin, .weight, .sleep: nil
    }
  }
}

extension Ending {
  /// The status that the client sees at the end of an attempt, the answer's own if there is one; 0
  /// when its connection is closed without an answer.
  fileprivate func status(after result: AttemptResult) -> UInt16 {
    if self == .succeeded || self == .statusOther, case .answered(let status) = result {
      return status
    }
    return status
  }

  fileprivate var status: UInt16 {
    switch self {
    case .succeeded: 200
    case .status502: 502
    case .status503: 503
    case .status504: 504
    case .statusOther: 500
    case .clientTimeout, .connection: 0
    }
  }
}

extension BalancerScript {
  /// The servers as the balancer knows them at the start.
  fileprivate var upstream: Upstream {
    var upstream = Upstream(
      servers.map { server in
        var peer = server.backend.peer(under: server.passive)
        peer.maxQueue = Int32(server.queueLimit)
        peer.minConnections = Int32(server.minConnections)
        return peer
      }, addresses: servers.map(\.address),
      ids: servers.indices.map { servers[$0].id ?? $0 + 1 })
    upstream.fullConnections = servers.contains { $0.minConnections > 0 } ? fullConnections : 0
    upstream.warmUps = WarmUps(of: servers.map(\.backend), like: like)
    for (place, server) in servers.enumerated() where server.isDisabled {
      upstream.set(BackendIndex(place), isUp: false)
    }
    return upstream
  }
}
