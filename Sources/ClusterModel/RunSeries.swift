import Statistics

/// A run second by second: what the clients saw, and what each backend was like.
///
/// Everything is on the balancer's clock: a request counts in the second in which the balancer
/// heard of it, and then in the one in which its end was known there. The warm-up is part of it.
public struct RunSeries: Sendable {
  /// All clients together, a row a second.
  public var clients: [ClientSecond] = []
  /// Each backend in the order of the file, with a row for each of the clients'.
  public var backends: [[BackendSecond]] = []
  /// Whether the run was over before there were as many rows as are kept.
  public var isWhole = true

  /// How many rows are kept at most, those of all backends counted: about 150 MB.
  static var limit: Int { 1_000_000 }
}

/// What all clients together did in a second of a run.
public struct ClientSecond: Sendable, Hashable {
  /// When it begins, in seconds of simulated time, and how long it is: the last one is cut off.
  public var start, length: Double
  /// Requests that were sent, those that succeeded, and those that failed.
  public var arrivals, completions, failures: Int
  /// Requests in flight at its end.
  public var inFlight: Int
  /// The latencies of those that succeeded.
  public var latency: TimesOfSecond
}

/// What a backend did in a second of a run.
public struct BackendSecond: Sendable, Hashable {
  /// How often it was picked, how many of its requests succeeded, and how many failed.
  public var picks, completions, failures: Int
  /// The response times of those that succeeded.
  public var response: TimesOfSecond
  /// The mean number of requests that waited for a worker.
  public var queueMean: Double
  /// Requests that its workers had at its end.
  public var inService: Int
  /// CPU time used over CPU time available, from 0 to 1.
  public var utilization: Double
  /// How long its CPU quota kept it from running, in seconds.
  public var throttledSeconds: Double
  /// What had become of its container at its end.
  public var state: ContainerState
  /// What the health check said of it at its end.
  public var health: ContainerHealth
  /// How many balancers, or workers of balancers that share nothing, would have picked it.
  public var balancers: Int
}

/// The times of the requests that succeeded in a second, in nanoseconds; 0 where none did.
public struct TimesOfSecond: Sendable, Hashable {
  /// The mean, exact.
  public var mean = 0.0
  /// Percentiles by nearest rank, within 0.4 %.
  public var p50 = 0.0
  /// The 90th percentile.
  public var p90 = 0.0
  /// The 99th percentile.
  public var p99 = 0.0
  /// The longest.
  public var max = 0.0

  init(_ times: Histogram) {
    guard times.count > 0 else { return }
    mean = times.mean
    p50 = times.percentile(50)
    p90 = times.percentile(90)
    p99 = times.percentile(99)
    max = Double(times.max)
  }
}

/// What has become of a container.
public enum ContainerState: String, BitwiseCopyable, Sendable, Hashable, CaseIterable {
  /// It accepts connections.
  case up
  /// It was started, and does not listen yet.
  case starting
  /// It is frozen.
  case paused
  /// It has been told to stop, and finishes what it has begun.
  case stopping
  /// Its process has ended.
  case down
}

/// What an engine's health check says of a container.
public enum ContainerHealth: String, BitwiseCopyable, Sendable, Hashable, CaseIterable {
  /// It is not checked.
  case none
  /// No probe has told yet.
  case starting
  /// It is well.
  case healthy
  /// Too many probes in a row have failed.
  case unhealthy
}
