import ClusterModel
import Statistics

/// What the replications of a topology came to, in the order of their numbers.
public struct ReplicatedResult: Sendable {
  /// Counts, lengths and histograms of all replications together.
  ///
  /// Rates and shares in it are those of the first; the estimates have them.
  public private(set) var total: RunResult
  /// The replications one by one.
  public private(set) var replications: [Replication]
  /// The part of each run that was left out of the statistics, where it was found from pilots.
  public var warmup: FoundWarmup?
  /// The relative half-width that was asked for and the one that was reached, where one was.
  public var precision: (asked: Double, reached: Double?)?

  init(_ first: RunResult) {
    total = first
    replications = [Replication(first)]
  }

  mutating func append(_ result: RunResult) {
    total.merge(result)
    replications.append(Replication(result))
  }

  /// Requests that succeeded per second: the mean of the replications.
  public var throughput: Estimate {
    Estimate(meanOf: replications.map(\.throughput)).limited(to: 0...(.infinity))
  }

  /// Failed requests over all that ended, of all replications.
  public var errorRate: Estimate {
    Estimate(ratioOf: replications.map { (Double($0.failed), Double($0.ended)) })
  }

  /// The mean latency of all requests, in nanoseconds.
  public var latencyMean: Estimate {
    Estimate(ratioOf: replications.map { ($0.latency.sum, Double($0.latency.count)) })
  }

  /// A percentile of the latencies of all requests, in nanoseconds.
  public func latencyPercentile(_ percent: Double) -> Estimate {
    Estimate(percentile: percent, of: replications.map(\.latency), merged: total.latency)
  }

  /// How many independent requests would tell the mean latency as precisely as all of these, which
  /// wait behind one another, do; nil for one replication.
  public var effectiveSamples: Double? {
    guard let interval = latencyMean.interval, interval.upperBound > interval.lowerBound else {
      return nil
    }
    let t = StudentT(degrees: replications.count - 1).quantile(confidence: 0.95)
    let error = (interval.upperBound - interval.lowerBound) / 2 / t
    let ratio = total.latency.standardDeviation / error
    return ratio * ratio
  }

  /// The widest of the intervals that a wanted precision is about, relative to its value: of the
  /// throughput, the mean latency and its 99th percentile.
  var relativeHalfWidth: Double? {
    let estimates = [throughput, latencyMean, latencyPercentile(99)]
    let widths = estimates.compactMap(\.relativeHalfWidth)
    return widths.count == estimates.count ? widths.max() : nil
  }
}

extension ReplicatedResult {
  /// The estimates of one backend.
  public struct BackendEstimates: Sendable {
    /// Its part of all picks.
    public var share: Estimate
    /// CPU time used over CPU time available.
    public var utilization: Estimate
    /// Seconds for which its CPU quota kept it from running, in one replication.
    public var throttledSeconds: Estimate
    /// The mean number of requests waiting for a worker.
    public var queueMean: Estimate
    /// The mean response time in nanoseconds.
    public var responseMean: Estimate
  }

  /// The estimates of the backend at a place of the file.
  public func backend(at place: Int) -> BackendEstimates {
    let figures = replications.map { $0.backends[place] }
    return BackendEstimates(
      share: Estimate(meanOf: figures.map(\.share)).limited(to: 0...1),
      utilization: Estimate(meanOf: figures.map(\.utilization)).limited(to: 0...1),
      throttledSeconds: Estimate(meanOf: figures.map(\.throttledSeconds))
        .limited(to: 0...(.infinity)),
      queueMean: Estimate(meanOf: figures.map(\.queueMean)).limited(to: 0...(.infinity)),
      responseMean: Estimate(
        ratioOf: figures.map { ($0.response.sum, Double($0.response.count)) }))
  }
}
