/// How a balancer looks by itself whether a backend works, in the words of HAProxy's configuration.
public struct ActiveChecks: Sendable, Hashable {
  /// The time between checks of a backend that is up.
  public var interval: Duration
  /// The time between checks of one that is about to change its state.
  public var fastInterval: Duration
  /// The time between checks of one that is down.
  public var downInterval: Duration
  /// When a check has failed for want of an answer.
  public var timeout: Duration
  /// How many successes in a row bring a backend up.
  public var rise: Int
  /// How many failures in a row take it down.
  public var fall: Int
  /// Whether a check asks for an answer, and not only for a connection.
  public var isHTTP: Bool

  /// Makes checks; the defaults are HAProxy's, with `interval` for the times that are nil.
  public init(
    interval: Duration = .seconds(2), fastInterval: Duration? = nil, downInterval: Duration? = nil,
    timeout: Duration? = nil, rise: Int = 2, fall: Int = 3, isHTTP: Bool = false
  ) {
    self.interval = interval
    self.fastInterval = fastInterval ?? interval
    self.downInterval = downInterval ?? interval
    self.timeout = timeout ?? interval
    self.rise = rise
    self.fall = fall
    self.isHTTP = isHTTP
  }
}
