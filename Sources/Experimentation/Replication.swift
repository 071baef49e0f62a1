import ClusterModel
import ExperimentModel
import Statistics

/// What is kept of one replication: enough for every interval and for paired comparisons.
public struct Replication: Sendable {
  /// Requests that succeeded per second.
  public let throughput: Double
  /// Requests that failed, and all that ended.
  public let failed, ended: Int
  /// The latencies in nanoseconds.
  let latency: SparseHistogram
  /// Their percentiles in nanoseconds, by the number that a measure has in its name.
  let percentiles: [String: Double]
  /// The figures of each backend.
  let backends: [BackendFigures]

  /// The figures of one backend in one replication.
  struct BackendFigures: Sendable {
    var share, utilization, throttledSeconds, queueMean: Double
    var response: (sum: Double, count: Int)
  }

  init(_ result: RunResult) {
    throughput = result.throughputPerSecond
    failed = result.requests.failed
    ended = failed + result.requests.succeeded
    latency = SparseHistogram(result.latency)
    percentiles = Dictionary(
      uniqueKeysWithValues: zip(
        ["p50", "p90", "p95", "p99", "p99_9"],
        [50, 90, 95, 99, 99.9].map { result.latency.percentile($0) }))
    backends = result.backends.map {
      BackendFigures(
        share: $0.share, utilization: $0.utilization, throttledSeconds: $0.throttledSeconds,
        queueMean: $0.queueMean, response: ($0.response.sum, $0.response.count))
    }
  }

  /// The value in this replication of a measure that comparisons know, in the measure's unit; nil
  /// for a latency where no request succeeded.
  public func value(of measure: Measure) -> Double? {
    switch measure.name {
    case "throughput": return throughput
    case "error_rate": return ended == 0 ? 0 : Double(failed) / Double(ended)
    default:
      guard latency.count > 0 else { return nil }
      if measure.name == "latency.mean" { return latency.sum / Double(latency.count) / 1e6 }
      guard let nanoseconds = percentiles[String(measure.name.dropFirst("latency.".count))] else {
        preconditionFailure("comparisons know no measure \(measure.name)")
      }
      return nanoseconds / 1e6
    }
  }
}
