/// The load balancer: which program it behaves like, and how it picks a backend.
public struct Balancer: Sendable, Hashable {
  /// The program whose semantics and defaults hold for whatever the file does not say.
  public var like: BalancerProgram
  /// How a backend is picked for each request.
  public var strategy: StrategyChoice
  /// How failed requests count against a backend; nil is what the program does by default.
  public var passive: PassiveChecks?
  /// When the balancer tries another backend; nil is what the program does by default.
  public var retry: RetryRule?
  /// Whether all backups are used when no primary backend can be, as with HAProxy's `option
  /// allbackups`, and not only the first.
  public var usesAllBackups: Bool
  /// How long a request waits for a backend that has room, in programs that let it wait; nil for
  /// as long as it takes.
  public var queueTimeout: Duration?
  /// Where the live one answers, such as `http://127.0.0.1:8080/`; nil when the file does not say.
  public var url: String?

  /// Makes a balancer.
  public init(
    like: BalancerProgram = .nginx, strategy: StrategyChoice, passive: PassiveChecks? = nil,
    retry: RetryRule? = nil, usesAllBackups: Bool = false, queueTimeout: Duration? = nil,
    url: String? = nil
  ) {
    self.like = like
    self.strategy = strategy
    self.passive = passive
    self.retry = retry
    self.usesAllBackups = usesAllBackups
    self.queueTimeout = queueTimeout
    self.url = url
  }
}

/// How failed requests count against a backend.
public struct PassiveChecks: Sendable, Hashable {
  /// How many failed attempts exclude a backend; 0 never does.
  public var maxFails: Int
  /// How long it is then left out.
  public var failTimeout: Duration

  /// Makes passive checks; the defaults are nginx's.
  public init(maxFails: Int = 1, failTimeout: Duration = .seconds(10)) {
    self.maxFails = maxFails
    self.failTimeout = failTimeout
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
    redispatch: Int = 0, onlyUnsent: Bool = false
  ) {
    self.on = on
    self.tries = tries
    self.time = time
    self.redispatch = redispatch
    self.onlyUnsent = onlyUnsent
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
