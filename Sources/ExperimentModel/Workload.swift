/// When a client group sends its requests.
public enum Workload: Sendable, Hashable {
  /// Requests arrive at a rate, whatever becomes of the earlier ones.
  case open(OpenLoop)
  /// Each of a number of clients sends the next request when the previous one has ended.
  case closed(ClosedLoop)
  /// Requests arrive when they once did.
  case trace(Trace)

  /// When the group stops sending.
  public var extent: Extent {
    get {
      switch self {
      case .open(let loop): loop.extent
      case .closed(let loop): loop.extent
      case .trace(let trace): .requests(trace.arrivals.count)
      }
    }
    set {
      switch self {
      case .open(var loop):
        loop.extent = newValue
        self = .open(loop)
      case .closed(var loop):
        loop.extent = newValue
        self = .closed(loop)
      case .trace(let trace):
        self = .trace(trace.cut(to: newValue))
      }
    }
  }
}

/// Arrivals that do not wait for answers.
public struct OpenLoop: Sendable, Hashable {
  /// The mean arrival rate.
  public var rate: Rate
  /// How the gaps between arrivals vary.
  public var arrivals: ArrivalProcess
  /// When the group stops sending.
  public var extent: Extent
  /// How the rate changes, one phase after the other; empty for a rate that does not.
  public var phases: [RatePhase]

  /// Makes an open workload.
  public init(rate: Rate, arrivals: ArrivalProcess = .poisson, extent: Extent) {
    self.rate = rate
    self.arrivals = arrivals
    self.extent = extent
    phases = []
  }

  /// Makes an open workload whose rate changes; `rate` is then the mean over all phases, which last
  /// as long as the workload.
  public init(phases: [RatePhase], arrivals: ArrivalProcess = .poisson) {
    precondition(!phases.isEmpty, "a changing rate has phases")
    let length = phases.reduce(Duration.zero) { $0 + $1.length }
    let expected = phases.reduce(0) { $0 + ($1.from + $1.to) / 2 * $1.length.inSeconds }
    rate = Rate(perSecond: expected / length.inSeconds)
    self.arrivals = arrivals
    extent = .duration(length)
    self.phases = phases
  }
}

/// A part of an open workload in which the rate stays the same, or rises or falls steadily.
public struct RatePhase: Sendable, Hashable {
  /// How long it lasts; positive.
  public var length: Duration
  /// Requests per second at its beginning and at its end; finite, not negative.
  public var from, to: Double

  /// Makes a phase.
  public init(length: Duration, from: Double, to: Double) {
    self.length = length
    self.from = from
    self.to = to
  }
}

/// How the gaps between the arrivals of an open workload vary.
public enum ArrivalProcess: Sendable, Hashable {
  /// Exponential gaps: many independent users.
  case poisson
  /// Equal gaps: a metronome.
  case constant
  /// Gaps of this shape, scaled so that their mean is one over the rate.
  case renewal(Distribution)
}

/// A fixed number of clients, each with one request at a time, as `ab -c`.
public struct ClosedLoop: Sendable, Hashable {
  /// The number of clients; positive.
  public var concurrency: Int
  /// When the group stops sending.
  public var extent: Extent
  /// The pause between an answer and the next request; nil is none.
  public var think: Distribution?

  /// Makes a closed workload.
  public init(concurrency: Int, extent: Extent, think: Distribution? = nil) {
    self.concurrency = concurrency
    self.extent = extent
    self.think = think
  }
}

/// How long a client group goes on.
public enum Extent: Sendable, Hashable {
  /// Until it has sent this many requests; positive.
  case requests(Int)
  /// For this long from its start; what is in flight then is still answered.
  case duration(Duration)
  /// Until the run ends; possible only in a run that has a duration.
  case untilRunEnds
}
