/// What a client does about a failure: it sends the request again, a limited number of times.
public struct ClientRetry: Sendable, Hashable {
  /// How often a request is sent at most, the first time included; positive.
  public var tries: Int
  /// The pause before each further try; nil sends at once.
  public var backoff: Backoff?
  /// How many retries there may be for each request of the group; nil for no limit.
  ///
  /// A retry budget as in Finagle (`RetryBudget`): each request pays this share of a retry into a
  /// bucket, each retry takes a whole one out, and what is not used in ten seconds is lost.
  public var budget: Ratio?

  /// Makes a rule.
  public init(tries: Int, backoff: Backoff? = nil, budget: Ratio? = nil) {
    self.tries = tries
    self.backoff = backoff
    self.budget = budget
  }
}

/// Pauses that grow from one try to the next.
public struct Backoff: Sendable, Hashable {
  /// The pause before the second try.
  public var base: Duration
  /// By how much each pause is longer than the one before; at least 1.
  public var factor: Double
  /// The longest pause; nil for no limit.
  public var max: Duration?
  /// Whether pauses are drawn, so that clients that failed together do not come back together.
  public var jitter: Jitter

  /// How a pause is drawn.
  public enum Jitter: String, Sendable, Hashable, CaseIterable {
    /// It is not: all wait the same.
    case none
    /// Uniformly from nothing to the whole pause.
    case full
  }

  /// Makes a rule; the defaults are those of the file format.
  public init(base: Duration, factor: Double = 2, max: Duration? = nil, jitter: Jitter = .none) {
    self.base = base
    self.factor = factor
    self.max = max
    self.jitter = jitter
  }
}
