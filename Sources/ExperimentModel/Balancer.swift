/// A load balancer: which program it behaves like, and how it picks a backend.
public struct Balancer: Sendable, Hashable {
  /// The name in the file; `balancer` for the only one.
  public var name: String
  /// The program whose semantics and defaults hold for whatever the file does not say.
  public var like: BalancerProgram
  /// How a backend is picked for each request.
  public var strategy: StrategyChoice
  /// How failed requests count against a backend; nil is what the program does by default.
  public var passive: PassiveChecks?
  /// How it looks by itself whether backends work; nil for not at all.
  public var active: ActiveChecks?
  /// When the balancer tries another backend; nil is what the program does by default.
  public var retry: RetryRule?
  /// How long it waits for what; each nil is what the program does by default.
  public var timeouts: BalancerTimeouts
  /// Whether all backups are used when no primary backend can be, as with HAProxy's `option
  /// allbackups`, and not only the first.
  public var usesAllBackups: Bool
  /// How many connections it has at most; nil is what the program does by default.
  public var maxConnections: Int?
  /// How many requests wait for a connection at most, and how many retries are under way at once;
  /// Envoy alone has such limits.
  public var circuitBreakers: CircuitBreakers
  /// How many processes, or threads, share its work.
  public var workers: Int
  /// How many idle connections to backends each worker keeps; nil is what the program does by
  /// default.
  public var keepalive: Int?
  /// The CPU time that a request costs the balancer itself; nil for none.
  public var cpu: Distribution?
  /// Where the live one answers, such as `http://127.0.0.1:8080/`; nil when the file does not say.
  public var url: String?

  /// Makes a balancer.
  public init(
    name: String = "balancer", like: BalancerProgram = .nginx, strategy: StrategyChoice,
    passive: PassiveChecks? = nil, active: ActiveChecks? = nil, retry: RetryRule? = nil,
    timeouts: BalancerTimeouts = BalancerTimeouts(), usesAllBackups: Bool = false,
    maxConnections: Int? = nil, circuitBreakers: CircuitBreakers = CircuitBreakers(),
    workers: Int = 1, keepalive: Int? = nil, cpu: Distribution? = nil, url: String? = nil
  ) {
    self.name = name
    self.like = like
    self.strategy = strategy
    self.passive = passive
    self.active = active
    self.retry = retry
    self.timeouts = timeouts
    self.usesAllBackups = usesAllBackups
    self.maxConnections = maxConnections
    self.circuitBreakers = circuitBreakers
    self.workers = workers
    self.keepalive = keepalive
    self.cpu = cpu
    self.url = url
  }
}

/// How long a balancer waits; each nil is what its program does by default.
public struct BalancerTimeouts: Sendable, Hashable {
  /// For a connection to a backend.
  public var connect: Duration?
  /// For an answer.
  public var read: Duration?
  /// For a backend that has room, in programs that let a request wait for one.
  public var queue: Duration?

  /// Makes time-outs.
  public init(connect: Duration? = nil, read: Duration? = nil, queue: Duration? = nil) {
    self.connect = connect
    self.read = read
    self.queue = queue
  }
}

/// Envoy's limits for one cluster of backends (`circuit_breakers`), beside that of connections.
public struct CircuitBreakers: Sendable, Hashable {
  /// How many requests may wait for a connection.
  public var maxPending: Int
  /// How many retries may be under way at once, unless a retry budget decides.
  public var maxRetries: Int

  /// Makes limits; the defaults are Envoy's.
  public init(maxPending: Int = 1_024, maxRetries: Int = 3) {
    self.maxPending = maxPending
    self.maxRetries = maxRetries
  }
}

/// How failed requests count against a backend.
public struct PassiveChecks: Sendable, Hashable {
  /// How many failed attempts exclude a backend; 0 never does.
  public var maxFails: Int
  /// How long it is then left out; in programs that leave it out longer each time, the first time.
  public var failTimeout: Duration
  /// The longest that a backend is left out; nil is what the program does by default.
  public var longestEjection: Duration?
  /// How often Envoy looks whether backends may come back; nil is its own 10 s.
  public var interval: Duration?
  /// The share of the backends that Envoy leaves out at once at most; nil is its own 10 %.
  public var mostEjected: Ratio?

  /// Makes passive checks; the defaults are nginx's.
  public init(
    maxFails: Int = 1, failTimeout: Duration = .seconds(10), longestEjection: Duration? = nil,
    interval: Duration? = nil, mostEjected: Ratio? = nil
  ) {
    self.maxFails = maxFails
    self.failTimeout = failTimeout
    self.longestEjection = longestEjection
    self.interval = interval
    self.mostEjected = mostEjected
  }
}

/// When a balancer tries another backend after a failed attempt.
public struct RetryRule: Sendable, Hashable {
  /// What counts as a failure that is worth another try.
  public var on: Set<Condition>
  /// How many tries a request has in all; 0 is as many as there are backends.
  public var tries: Int
  /// How long after the first try no new one begins; zero is no limit.
  public var time: Duration
  /// Which retries go to another backend in HAProxy, whose retries otherwise stay: every n-th, -1
  /// for the last, 0 for none.
  public var redispatch: Int
  /// Whether only requests that were not sent, because no connection was made, are tried again.
  public var onlyUnsent: Bool
  /// Whether HAProxy tries again what was not sent: its `retry-on` may leave that out.
  public var triesUnsent = true
  /// How many retries there may be for the requests that there are; nil for as many as it takes.
  public var budget: Ratio?

  /// A kind of failed attempt, by nginx's name for it.
  public enum Condition: String, Sendable, Hashable, CaseIterable {
    /// The connection was refused, reset, or broke off before an answer.
    case error
    /// No connection or no answer in time.
    case timeout
    /// The answer was a 403.
    case http403 = "http_403"
    /// The answer was a 404.
    case http404 = "http_404"
    /// The answer was a 429.
    case http429 = "http_429"
    /// The answer was a 500.
    case http500 = "http_500"
    /// The answer was a 502.
    case http502 = "http_502"
    /// The answer was a 503.
    case http503 = "http_503"
    /// The answer was a 504.
    case http504 = "http_504"
    /// Also requests whose method is not idempotent, once they have been sent.
    case nonIdempotent = "non_idempotent"
  }

  /// Makes a rule; the defaults are nginx's.
  public init(
    on: Set<Condition> = [.error, .timeout], tries: Int = 0, time: Duration = .zero,
    redispatch: Int = 0, onlyUnsent: Bool = false, budget: Ratio? = nil
  ) {
    self.on = on
    self.tries = tries
    self.time = time
    self.redispatch = redispatch
    self.onlyUnsent = onlyUnsent
    self.budget = budget
  }
}

/// A real load balancer whose behaviour can be asked for by name, or the ideal one.
public enum BalancerProgram: String, Sendable, Hashable, CaseIterable {
  /// nginx, open source.
  case nginx
  /// HAProxy.
  case haproxy
  /// Envoy.
  case envoy
  /// The IP Virtual Server of the Linux kernel.
  case ipvs
  /// Twitter's Finagle.
  case finagle
  /// No failure handling, no limits, no cost: the balancer of queueing theory.
  case ideal
}
