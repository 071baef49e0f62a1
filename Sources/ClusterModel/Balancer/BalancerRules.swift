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
  /// How long the balancer waits for an answer; nil waits for ever.
  let readTimeout: Nanoseconds?
  /// The pauses after each failed attempt to connect, the last until the balancer gives up; empty
  /// when a full backlog refuses at once.
  let connectWaits: [Nanoseconds]

  init(_ topology: Topology) {
    self.init(
      program: topology.balancer.like, retry: topology.balancer.retry,
      backends: topology.backends, isTCP: topology.network.transport == .tcp,
      usesAllBackups: topology.balancer.usesAllBackups,
      queueTimeout: topology.balancer.queueTimeout)
  }

  init(
    program: BalancerProgram, retry: RetryRule?, backends: [Backend], isTCP: Bool,
    usesAllBackups: Bool = false, queueTimeout: Duration? = nil
  ) {
    self.program = program
    self.retry = retry ?? RetryRule()
    isSingle = backends.count == 1
    hasBackups = backends.contains(where: \.isBackup)
    if program == .envoy {
      tries = Self.envoyTries(retry)
    } else {
      let usable = backends.count { !$0.isDown }
      let limit = self.retry.tries
      tries = Int32(limit > 0 ? min(limit, usable) : usable)
    }
    redispatch = self.retry.redispatch
    self.usesAllBackups = usesAllBackups
    self.queueTimeout = queueTimeout.map { Nanoseconds($0.nanoseconds) }
    clientsConnect = isTCP
    // nginx opens a connection for each request unless told to keep some (ngx_http_upstream); the
    // ideal balancer has them all open.
    balancerConnects = isTCP && program != .ideal
    readTimeout = Self.answerLimit(of: program).map { Nanoseconds($0 * 1_000_000_000) }
    connectWaits = isTCP ? BalancerRules.waits(until: Self.connectLimit(of: program)) : []
  }

  /// Whether requests wait for a backend that has room.
  var letsWait: Bool { program == .haproxy }

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
    default: pickAsNginx(&picker, for: &attempt, from: upstream)
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
  func conclude(
    _ attempt: inout Attempt, at backend: BackendIndex, _ result: AttemptResult,
    in upstream: inout Upstream
  ) -> Verdict {
    switch program {
    case .ideal: .deliver(BalancerRules.idealEnding(of: result))
    case .haproxy: concludeAsHAProxy(&attempt, at: backend, result)
    case .envoy: concludeAsEnvoy(&attempt, at: backend, result)
    default: concludeAsNginx(&attempt, at: backend, result, in: &upstream)
    }
  }

  /// What the client is told when no backend is usable.
  var nobodyUsable: Ending {
    switch program {
    case .ideal, .haproxy, .envoy: .status503
    case .nginx, .ipvs, .finagle: .status502
    }
  }

  private static func idealEnding(of result: AttemptResult) -> Ending {
    switch result {
    case .answered(let status): Ending(status: status)
    case .refused, .brokeOff, .connectTimeout, .readTimeout: .connection
    case .clientLeft: .clientTimeout
    }
  }

  /// How many seconds a program waits for an answer by itself: `proxy_read_timeout` in nginx, the
  /// `timeout` of a route in Envoy; HAProxy's has no default.
  private static func answerLimit(of program: BalancerProgram) -> Int64? {
    switch program {
    case .envoy: 15
    case .nginx, .ipvs, .finagle: 60
    case .haproxy, .ideal: nil
    }
  }

  /// How many seconds a program waits for a connection: `proxy_connect_timeout` in nginx,
  /// `connect_timeout` in Envoy, else as long as the kernel does.
  private static func connectLimit(of program: BalancerProgram) -> Int64 {
    switch program {
    case .envoy: 5
    case .nginx, .ipvs, .finagle: 60
    case .haproxy, .ideal: 127
    }
  }

  /// A dropped SYN is sent again after 1, 3, 7, 15, 31 and 63 seconds (RFC 6298 and Linux up to
  /// 6.4: 1 s, doubling); nginx gives up after `proxy_connect_timeout`, 60 s, the kernel after
  /// 127, and HAProxy, whose `timeout connect` has no default, with it.
  private static func waits(until limit: Int64) -> [Nanoseconds] {
    var waits: [Nanoseconds] = []
    var elapsed: Int64 = 0
    var wait: Int64 = 1
    while elapsed < limit {
      let seconds = min(wait, limit - elapsed)
      waits.append(Nanoseconds(seconds * 1_000_000_000))
      elapsed += seconds
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
