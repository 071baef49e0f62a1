/// Clients that behave alike: when they send, how often, and when they give up.
public struct ClientGroup: Sendable, Hashable {
  /// The name in the file.
  public var name: String
  /// When requests are sent.
  public var workload: Workload
  /// When the group begins, counted from the start of the run.
  public var start: Duration
  /// Whether connections are kept for further requests; `ab` opens a new one for each.
  public var keepalive: Bool
  /// When the client gives up waiting; nil waits for ever.
  ///
  /// The work already in the backend goes on.
  public var timeout: Duration?

  /// What the requests are, as far as a balancer can see.
  public var request: RequestKind

  /// Makes a group; the defaults are those of the file format.
  public init(
    name: String,
    workload: Workload,
    start: Duration = .zero,
    keepalive: Bool = false,
    timeout: Duration? = nil,
    request: RequestKind = RequestKind()
  ) {
    self.name = name
    self.workload = workload
    self.start = start
    self.keepalive = keepalive
    self.timeout = timeout
    self.request = request
  }
}

/// What the requests of a group are, as far as a balancer can see: what hashing strategies hash,
/// and whether a request may be sent twice.
public struct RequestKind: Sendable, Hashable {
  /// The HTTP method.
  public var method: String
  /// How popular each key is; nil for requests without a key.
  public var key: KeyPopularity?
  /// How many addresses the requests come from, all as often; 0 for no address.
  public var clientAddresses: Int

  /// Makes a kind; the defaults are those of the file format.
  public init(method: String = "GET", key: KeyPopularity? = nil, clientAddresses: Int = 0) {
    self.method = method
    self.key = key
    self.clientAddresses = clientAddresses
  }

  /// Whether sending it twice does no more than sending it once, as nginx sees it
  /// (`proxy_next_upstream`, `non_idempotent`).
  public var isIdempotent: Bool { !["POST", "LOCK", "PATCH"].contains(method) }
}

/// How popular each of a number of keys is.
public enum KeyPopularity: Sendable, Hashable {
  /// All as often.
  case uniform(Int)
  /// The n-th most popular of `count` keys in proportion to 1 / n^`exponent`.
  case zipf(count: Int, exponent: Double)
}

/// When a client group sends its requests.
public enum Workload: Sendable, Hashable {
  /// Requests arrive at a rate, whatever becomes of the earlier ones.
  case open(OpenLoop)
  /// Each of a number of clients sends the next request when the previous one has ended.
  case closed(ClosedLoop)

  /// When the group stops sending.
  public var extent: Extent {
    get {
      switch self {
      case .open(let loop): loop.extent
      case .closed(let loop): loop.extent
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

  /// Makes an open workload.
  public init(rate: Rate, arrivals: ArrivalProcess = .poisson, extent: Extent) {
    self.rate = rate
    self.arrivals = arrivals
    self.extent = extent
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
