import ExperimentModel
import SimulationEngine

/// What a balancer does about failures, limits and connections: the conduct of the program that
/// it is like, apart from the strategy.
struct BalancerRules {
  let program: BalancerProgram
  let retry: RetryRule
  /// Whether the upstream is a single backend without backup, which nginx never excludes.
  let isSingle: Bool
  let hasBackups: Bool
  /// How many tries a request has.
  let tries: Int32
  /// Which retries HAProxy sends to another server: every n-th, -1 for the last, 0 for none.
  let redispatch: Int
  /// Whether HAProxy uses all backups when no primary server serves, and not only the first.
  let usesAllBackups: Bool
  /// How long a request waits for a backend that has room; nil for as long as it takes.
  let queueTimeout: Nanoseconds?
  /// Whether clients open a connection for a request unless they kept one.
  let clientsConnect: Bool
  /// Whether the balancer opens a connection to the backend for each request.
  let balancerConnects: Bool
  /// How many idle connections to backends it keeps; 0 for none.
  let idleConnections: Int
  /// How long the balancer waits for an answer; nil waits for ever.
  let readTimeout: Nanoseconds?
  /// How long it waits for a connection.
  let connectTimeout: Nanoseconds
  /// The pauses after each failed attempt to connect, the last until the balancer gives up; empty
  /// when a full backlog refuses at once.
  let connectWaits: [Nanoseconds]
  /// How many requests Envoy has outstanding at all hosts, and how many more wait there.
  let mostOutstanding, mostPending: Int
  /// How many retries Envoy has under way at once, unless a budget decides.
  let mostRetries: Int
  /// How many errors in a row have HAProxy mark a server down; 0 for any number.
  let errorLimit: Int
  /// When Finagle takes a node for dead; nil in the other programs.
  let accrual: FailureAccrual.Settings?

  init(_ balancer: ExperimentModel.Balancer, backends: [Backend], isTCP: Bool) {
    let program = balancer.like
    self.program = program
    retry = balancer.retry ?? .standard(of: program)
    isSingle = backends.count == 1
    hasBackups = backends.contains(where: \.isBackup)
    let usable = backends.count { !$0.isDown }
    tries =
      switch program {
      case .envoy: Self.envoyTries(balancer.retry)
      case .finagle: Self.finagleTries(retry)
      default: Int32(retry.tries > 0 ? min(retry.tries, usable) : usable)
      }
    redispatch = retry.redispatch
    usesAllBackups = balancer.usesAllBackups
    // Without a time of its own HAProxy lets a request wait as long as for a connection.
    let queueLimit = balancer.timeouts.queue ?? balancer.timeouts.connect
    queueTimeout =
      program == .haproxy ? queueLimit.map { Nanoseconds($0.nanoseconds) } : nil
    clientsConnect = isTCP
    // nginx opens a connection for each request unless told to keep some (ngx_http_upstream); the
    // ideal balancer has them all open.
    balancerConnects = isTCP && program != .ideal
    idleConnections = balancerConnects ? balancer.keepalive ?? Self.kept(by: program) : 0
    readTimeout =
      balancer.timeouts.read.map { Nanoseconds($0.nanoseconds) }
      ?? Self.answerLimit(of: program).map { Nanoseconds($0 * 1_000_000_000) }
    connectTimeout =
      balancer.timeouts.connect.map { Nanoseconds($0.nanoseconds) }
      ?? Nanoseconds(Self.connectLimit(of: program) * 1_000_000_000)
    connectWaits = isTCP ? BalancerRules.waits(until: connectTimeout) : []
    mostOutstanding = balancer.maxConnections ?? 1_024
    mostPending = balancer.circuitBreakers.maxPending
    mostRetries = balancer.circuitBreakers.maxRetries
    errorLimit = program == .haproxy ? balancer.passive?.maxFails ?? 0 : 0
    accrual = program == .finagle ? FailureAccrual.Settings(balancer.passive) : nil
  }

  /// Whether requests wait for a backend that has room.
  var letsWait: Bool { program == .haproxy || program == .envoy }

  /// Whether a request may wait: some server serves and the queue that it is bound for has room,
  /// or, in Envoy, not too many wait already.
  func mayQueue(_ attempt: Attempt, in upstream: borrowing Upstream, behind waiting: Int) -> Bool {
    if program == .envoy { return attempt.waitsFor != .none && waiting < mostPending }
    return mayQueueInHAProxy(attempt, in: upstream)
  }

  /// Whether a backend has a free slot for a request that waits, beside so many outstanding at all.
  func hasRoom(
    _ backend: BackendIndex, in upstream: borrowing Upstream, beside outstanding: Int
  ) -> Bool {
    if program == .envoy { return outstanding < mostOutstanding }
    return hasRoomInHAProxy(backend, in: upstream)
  }

  /// Notes whether so few backends are up that a program uses those that are not.
  func notePanic(in upstream: inout Upstream) {
    if program == .envoy { return Self.noteEnvoyPanic(in: &upstream) }
    // Finagle sends a request to a closed node where it finds no open one.
    upstream.primariesPanic = upstream.servingPrimaries + upstream.servingBackups == 0
  }

  /// Lets the strategy pick among the backends that the program would use.
  ///
  /// - Parameter behindOthers: whether requests wait for any backend.
  func pick(
    _ picker: inout AnyStrategy, for attempt: inout Attempt, from upstream: borrowing Upstream,
    behindOthers: Bool
  ) -> BackendIndex? {
    switch program {
    case .ideal: picker.pick(for: &attempt, from: upstream)
    case .haproxy:
      pickAsHAProxy(&picker, for: &attempt, from: upstream, behindOthers: behindOthers)
    case .envoy: pickAsEnvoy(&picker, for: &attempt, from: upstream)
    case .nginx: pickAsNginx(&picker, for: &attempt, from: upstream)
    case .ipvs, .finagle: pickInOrder(&picker, for: &attempt, from: upstream)
    }
  }

  /// The pause after which the same backend is tried again; nil when the attempt has ended.
  func pauseInPlace(
    _ attempt: inout Attempt, at backend: BackendIndex, _ result: AttemptResult,
    _ traits: StrategyTraits, in upstream: borrowing Upstream
  ) -> Nanoseconds? {
    guard program == .haproxy else { return nil }
    return pauseInPlaceAsHAProxy(&attempt, at: backend, result, traits, in: upstream)
  }

  /// Takes note of how an attempt ended, and decides what follows.
  ///
  /// - Parameter pauses: what a pause before another try is drawn from, where it is drawn.
  @inline(__always)
  func conclude(
    _ attempt: inout Attempt, at backend: BackendIndex, _ result: AttemptResult,
    in upstream: inout Upstream, mayRetry: Bool, pauses: inout RandomStream
  ) -> Verdict {
    switch program {
    // IPVS forwards connections: what breaks them the client sees as it is, and nothing follows.
    case .ideal, .ipvs: .deliver(BalancerRules.plainEnding(of: result))
    case .haproxy: concludeAsHAProxy(&attempt, at: backend, result, in: upstream)
    case .envoy:
      concludeAsEnvoy(&attempt, at: backend, result, mayRetry: mayRetry, pauses: &pauses)
    case .finagle: concludeAsFinagle(&attempt, at: backend, result, mayRetry: mayRetry)
    case .nginx: concludeAsNginx(&attempt, at: backend, result, in: &upstream)
    }
  }

  /// What the client is told when no backend is usable.
  var nobodyUsable: Ending {
    switch program {
    case .ideal, .haproxy, .envoy: .status503
    case .nginx, .finagle: .status502
    case .ipvs: .connection
    }
  }

  private static func plainEnding(of result: AttemptResult) -> Ending {
    switch result {
    case .answered(let status): Ending(status: status)
    case .refused, .brokeOff, .connectTimeout, .readTimeout: .connection
    case .clientLeft: .clientTimeout
    }
  }

  /// How many idle connections a program keeps by itself: nginx up to 1.29 none, HAProxy none of a
  /// client that opens a connection for each request (`http-reuse safe`), the others all.
  private static func kept(by program: BalancerProgram) -> Int {
    switch program {
    case .envoy, .finagle: .max
    case .nginx, .haproxy, .ipvs, .ideal: 0
    }
  }

  /// How many seconds a program waits for an answer by itself: `proxy_read_timeout` in nginx, the
  /// `timeout` of a route in Envoy; HAProxy's and Finagle's have no default.
  private static func answerLimit(of program: BalancerProgram) -> Int64? {
    switch program {
    case .envoy: 15
    case .nginx: 60
    case .haproxy, .ipvs, .finagle, .ideal: nil
    }
  }

  /// How many seconds a program waits for a connection: `proxy_connect_timeout` in nginx,
  /// `connect_timeout` in Envoy, `tcp.connectTimeout` in Finagle, else as long as the kernel does.
  private static func connectLimit(of program: BalancerProgram) -> Int64 {
    switch program {
    case .envoy: 5
    case .nginx: 60
    case .finagle: 1
    case .haproxy, .ipvs, .ideal: 127
    }
  }

  /// A dropped SYN is sent again after 1, 3, 7, 15, 31 and 63 seconds (RFC 6298 and Linux up to
  /// 6.4: 1 s, doubling); nginx gives up after `proxy_connect_timeout`, 60 s, the kernel after
  /// 127, and HAProxy, whose `timeout connect` has no default, with it.
  private static func waits(until limit: Nanoseconds) -> [Nanoseconds] {
    var waits: [Nanoseconds] = []
    let second: Int64 = 1_000_000_000
    let end = min(limit.count, 127 * second)
    var elapsed: Int64 = 0
    var wait = second
    while elapsed < end {
      waits.append(Nanoseconds(min(wait, end - elapsed)))
      elapsed += wait
      wait *= 2
    }
    return waits
  }
}

extension Ending {
  /// What an answer with a status is for the client.
  init(status: UInt16) {
    switch status {
    case 502: self = .status502
    case 503: self = .status503
    case 504: self = .status504
    case ..<400: self = .succeeded
    default: self = .statusOther
    }
  }
}
