/// A quantity that a run measures, by the name that hypotheses, comparisons and searches share.
public struct Measure: Sendable, Hashable {
  /// Its name, such as `latency.p99`; of a quantity of each backend, the part after the backend.
  public let name: String
  /// Where it stands in the JSON of a run, such as `latency_ms.p99`.
  public let key: String
  /// What it is counted in.
  public let unit: Unit
  /// Which of two values is the better one.
  public let preference: Preference
  /// What it is, in one line.
  public let summary: String

  /// What a quantity is counted in.
  public enum Unit: Sendable, Hashable {
    /// Milliseconds, written as a duration.
    case time
    /// A fraction of 1, written as a percentage or a fraction.
    case share
    /// Events per second.
    case rate
    /// A number of things.
    case count
  }

  /// Which of two values is the better one.
  public enum Preference: Sendable, Hashable {
    case lower, higher, neither
  }

  fileprivate init(
    _ name: String, key: String? = nil, _ unit: Unit, _ preference: Preference,
    _ summary: String
  ) {
    self.name = name
    self.key = key ?? name
    self.unit = unit
    self.preference = preference
    self.summary = summary
  }
}

/// A measure of the whole run, or that of one backend.
public struct MeasuredFigure: Sendable, Hashable {
  /// What is measured.
  public var measure: Measure
  /// Of which backend; nil for the whole run.
  public var backend: String?

  /// Makes a reference to a figure.
  public init(_ measure: Measure, backend: String? = nil) {
    self.measure = measure
    self.backend = backend
  }

  /// The name as an expression writes it: `backends.back-01.share`.
  public var name: String { prefix + measure.name }
  /// Where it stands in the JSON of a run.
  public var key: String { prefix + measure.key }

  private var prefix: String { backend.map { "backends.\($0)." } ?? "" }
}

/// Every quantity that has a name.
public enum MeasureCatalog {
  /// The quantities of a whole run.
  public static let ofRun: [Measure] = [
    Measure("error_rate", .share, .lower, "failed requests over all that ended"),
    Measure(
      "throughput", key: "throughput_per_s", .rate, .higher, "requests that succeeded per second"),
    latency("mean", "the mean time from a client's send to its receipt"),
    latency("p50", "the median of those times"),
    latency("p90", "their 90th percentile"),
    latency("p95", "their 95th percentile"),
    latency("p99", "their 99th percentile"),
    latency("p99_9", "their 99.9th percentile"),
    latency("max", "the longest of them"),
    Measure("requests.issued", .count, .neither, "requests that clients sent"),
    Measure("requests.succeeded", .count, .higher, "requests that were answered well"),
    Measure("requests.failed", .count, .lower, "requests that ended in an error or a time-out"),
    Measure("requests.unfinished", .count, .lower, "requests still in flight at the end"),
    Measure("failures.status_502", .count, .lower, "failures by a bad gateway"),
    Measure("failures.status_503", .count, .lower, "failures since nobody could take the request"),
    Measure("failures.status_504", .count, .lower, "failures by a gateway time-out"),
    Measure("failures.status_other", .count, .lower, "failures by any other status"),
    Measure("failures.client_timeout", .count, .lower, "failures since the client gave up"),
    Measure("failures.connection", .count, .lower, "failures of the connection"),
  ]

  /// The quantities of each backend, named `backends.NAME.share` and so on.
  public static let ofBackend: [Measure] = [
    Measure("share", .share, .neither, "its part of the balancer's picks"),
    Measure("utilization", .share, .neither, "CPU time used over CPU time available"),
    Measure("picked", .count, .neither, "how often the balancer picked it"),
    Measure("succeeded", .count, .higher, "requests that it answered well"),
    Measure("failed", .count, .lower, "requests picked for it that failed"),
    Measure("queue_mean", .count, .lower, "the mean number of requests waiting for a worker"),
    Measure("throttled_s", .count, .lower, "seconds for which its CPU quota kept it from running"),
    Measure(
      "response.mean", key: "response_ms_mean", .time, .lower,
      "the mean time from the balancer's pick to its receipt of the answer"),
    response("p50"), response("p90"), response("p95"), response("p99"), response("p99_9"),
    response("max"),
    Measure("restarts", .count, .lower, "how often it was started again"),
    Measure("oom_kills", .count, .lower, "how often it was killed for want of memory"),
    Measure("memory_peak_bytes", .count, .lower, "the most memory that it held, in bytes"),
  ]

  /// The quantities that comparisons of strategies show.
  public static let compared = [
    "throughput", "error_rate", "latency.mean", "latency.p50", "latency.p90", "latency.p95",
    "latency.p99",
  ].compactMap { name in ofRun.first { $0.name == name } }

  private static func latency(_ part: String, _ summary: String) -> Measure {
    Measure("latency.\(part)", key: "latency_ms.\(part)", .time, .lower, summary)
  }

  private static func response(_ part: String) -> Measure {
    Measure(
      "response.\(part)", key: "response_ms_\(part)", .time, .lower,
      part == "max" ? "the longest of those times" : "a percentile of those times")
  }

  /// The figure of this name among those of a system with these backends; nil for none.
  ///
  /// A name may be written as in an expression or as in the JSON of a run, and `p99.9` is `p99_9`.
  public static func figure(_ name: String, backends: [String]) -> MeasuredFigure? {
    let name = name.hasSuffix(".p99.9") ? name.dropLast(2) + "_9" : name
    if let measure = ofRun.first(where: { $0.name == name || $0.key == name }) {
      return MeasuredFigure(measure)
    }
    for backend in backends where name.hasPrefix("backends.\(backend).") {
      let rest = name.dropFirst("backends.\(backend).".count)
      if let measure = ofBackend.first(where: { $0.name == rest || $0.key == rest }) {
        return MeasuredFigure(measure, backend: backend)
      }
    }
    return nil
  }
}
