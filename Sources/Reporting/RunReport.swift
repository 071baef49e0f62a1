/// What `run` tells about an experiment, in the units in which it is shown.
///
/// One value feeds the table, the JSON and the CSV, so that they cannot disagree.
public struct RunReport: Sendable {
  /// The version of the output format.
  public static let format = 1

  /// The name of the topology.
  public var name: String
  /// The full name of the strategy.
  public var strategy: String
  /// The seed of the random streams.
  public var seed: UInt64
  /// How many runs the figures come from.
  public var replications: Int
  /// The length of the run in seconds of simulated time.
  public var simulatedSeconds: Double
  /// How many events the engine took.
  public var events: UInt64
  /// How many requests were sent, and how they ended.
  public var requests: Requests
  /// The failed requests by what the client saw.
  public var failures: Failures
  /// Failed requests over all that ended, from 0 to 1.
  public var errorRate: Figure
  /// Requests that succeeded per second.
  public var throughputPerSecond: Figure
  /// Times from a client's sending of a request to its receipt of the answer.
  public var latency: LatencyFigures
  /// The backends in the order of the file.
  public var backends: [Backend]
  /// What it is called in a comparison, where the name of the strategy does not say it.
  public var alternative: String?
  /// How the figures came to be as precise as they are.
  public var confidence = Confidence()
  /// What theory says about such a system; nil where it was not asked.
  public var theory: TheoryReport?
  /// What happened besides requests: in several replications, in the first.
  public var timeline = RunTimeline()
  /// The first replication second by second; nil where that was not recorded.
  public var series: SeriesReport?
  /// Its slowest requests hop by hop, the slowest first, where some were traced.
  public var traces: [TraceReport] = []
  /// What was expected, and whether it holds; empty when nothing was.
  public var hypothesis: [Judgement] = []
  /// How long the computation took on this machine, in seconds.
  public var wallSeconds: Double

  /// Makes a report; all numbers must be finite, and the error rate is that of the counts unless
  /// it is given.
  public init(
    name: String, strategy: String, seed: UInt64, replications: Int = 1,
    simulatedSeconds: Double, events: UInt64, requests: Requests, failures: Failures,
    errorRate: Figure? = nil, throughputPerSecond: Figure, latency: LatencyFigures,
    backends: [Backend], wallSeconds: Double
  ) {
    precondition(simulatedSeconds.isFinite && wallSeconds.isFinite, "lengths of time are finite")
    self.name = name
    self.strategy = strategy
    self.seed = seed
    self.replications = replications
    self.simulatedSeconds = simulatedSeconds
    self.events = events
    self.requests = requests
    self.failures = failures
    self.errorRate = errorRate ?? Figure(requests.errorRate)
    self.throughputPerSecond = throughputPerSecond
    self.latency = latency
    self.backends = backends
    self.wallSeconds = wallSeconds
  }

  /// How many requests were sent, and how they ended.
  public struct Requests: Sendable, Hashable, Encodable {
    /// Requests that clients sent: the sum of the other three.
    public var issued: Int
    /// Requests that were answered well.
    public var succeeded: Int
    /// Requests that ended in an error or a time-out.
    public var failed: Int
    /// Requests still in flight at the end.
    public var unfinished: Int
    /// How often clients sent them; nil where none was sent again.
    public var attempts: Int?

    /// Makes the counts.
    public init(issued: Int, succeeded: Int, failed: Int, unfinished: Int) {
      self.issued = issued
      self.succeeded = succeeded
      self.failed = failed
      self.unfinished = unfinished
    }

    /// Failed requests over all that ended; 0 when none has.
    public var errorRate: Double {
      let ended = succeeded + failed
      return ended == 0 ? 0 : Double(failed) / Double(ended)
    }
  }

  /// Failed requests by what the client saw.
  public struct Failures: Sendable, Hashable, Encodable {
    /// Bad gateway.
    public var status502: Int
    /// Service unavailable.
    public var status503: Int
    /// Gateway time-out.
    public var status504: Int
    /// The client gave up waiting.
    public var clientTimeout: Int
    /// The connection was refused or reset.
    public var connection: Int
    /// Any other error status, such as a 500 of the backend itself; nil when there was none, so
    /// that the other five are all there is.
    public var statusOther: Int?

    /// Makes the counts.
    public init(
      status502: Int, status503: Int, status504: Int, clientTimeout: Int, connection: Int,
      statusOther: Int? = nil
    ) {
      self.status502 = status502
      self.status503 = status503
      self.status504 = status504
      self.clientTimeout = clientTimeout
      self.connection = connection
      self.statusOther = statusOther
    }

    private enum CodingKeys: String, CodingKey {
      case statusOther = "status_other"
      case status502 = "status_502"
      case status503 = "status_503"
      case status504 = "status_504"
      case clientTimeout = "client_timeout"
      case connection
    }
  }
}
