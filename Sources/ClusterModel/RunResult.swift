import Statistics

/// What one simulated run came to: counts, times and the state of each backend.
public struct RunResult: Sendable {
  /// The full name of the strategy that picked the backends.
  public var strategy: String
  /// When the last event happened, in seconds of simulated time.
  public var simulatedSeconds: Double
  /// How many events the engine took.
  public var events: UInt64
  /// How many requests were sent, and how they ended.
  public var requests: RequestCounts
  /// The failed requests by what the client saw.
  public var failures = FailureCounts()
  /// Requests that succeeded per second of measured time.
  public var throughputPerSecond = 0.0
  /// Response times of the measured requests that succeeded, in nanoseconds.
  public var latency = Histogram()
  /// The backends in the order of the file.
  public var backends: [BackendResult]
  /// What happened to the containers of the backends, the first 10,000 events in their order.
  public var containerEvents: [ContainerEvent] = []
  /// When balancers ceased to count on a backend or counted on it again, the first 10,000 times.
  public var trustChanges: [TrustChange] = []
  /// The run second by second, where it was to be recorded.
  public var series: RunSeries?
  /// The slowest requests hop by hop, the slowest first, where some were to be traced.
  public var traces: [RequestTrace] = []
  /// Batches of latencies in the order of the requests' ends, where they were to be recorded.
  public var course: [CourseBatch] = []
}

/// A few requests that succeeded one after the other.
public struct CourseBatch: Sendable, Hashable {
  /// When the first of them was sent, in nanoseconds of the run.
  public var sent: Int64
  /// Their mean latency in nanoseconds.
  public var latency: Double
}

/// How many requests were sent, and how they ended: `issued = succeeded + failed + unfinished`.
public struct RequestCounts: Sendable, Hashable {
  /// Requests that clients sent.
  public var issued = 0
  /// How often clients sent them, retries included.
  public var attempts = 0
  /// Requests that were answered well.
  public var succeeded = 0
  /// Requests that ended in an error or a time-out.
  public var failed = 0
  /// Requests still in flight when the run ended.
  public var unfinished = 0
}

/// Failed requests by what the client saw; they add up to `RequestCounts.failed`.
public struct FailureCounts: Sendable, Hashable {
  /// Bad gateway: the backend could not be reached or broke off.
  public var status502 = 0
  /// Service unavailable: nobody could take the request.
  public var status503 = 0
  /// Gateway time-out: the backend did not answer in time.
  public var status504 = 0
  /// Another error, such as a 500 of the backend itself.
  public var statusOther = 0
  /// The client gave up waiting.
  public var clientTimeout = 0
  /// The connection was refused or reset.
  public var connection = 0
}

/// What one run came to at one backend.
public struct BackendResult: Sendable {
  /// The name in the file.
  public var name: String
  /// How often the balancer picked it.
  public var picked: Int
  /// Requests answered well by it.
  public var succeeded = 0
  /// Requests picked for it that failed.
  public var failed = 0
  /// Its part of all picks, from 0 to 1.
  public var share: Double
  /// CPU time used over CPU time available, from 0 to 1; see `Processor`.
  public var utilization = 0.0
  /// How long its CPU quota kept it from running, in seconds.
  public var throttledSeconds = 0.0
  /// The mean number of requests waiting for a worker, over time.
  public var queueMean = 0.0
  /// How often its restart policy has started it again.
  public var restarts = 0
  /// The most memory that its container held at once, in bytes, warm-up included.
  public var memoryPeakBytes = 0
  /// How often its container was killed for want of memory.
  public var outOfMemoryKills = 0
  /// Times from the balancer's pick to its receipt of the answer, in nanoseconds.
  public var response = Histogram()
}
