/// A figure that is made from the outcomes of requests.
///
/// A metric is one file in `Metrics/` and one line in `MetricCatalog`. It absorbs outcomes by the
/// batch, so that how it is called costs nothing in the loop.
protocol Metric: SendableMetatype {
  /// Makes the metric of a run that has not begun.
  init(backends: Int)

  /// Takes in how some requests ended.
  mutating func absorb(_ batch: borrowing OutcomeBatch)

  /// Writes what it found into the result of the run.
  func summarise(into result: inout RunResult)
}

/// Every metric of a run.
///
/// A new one is a file in `Metrics/` and a line here.
enum MetricCatalog {
  static let all: [any Metric.Type] = [
    RequestCount.self,
    Latency.self,
    BackendResponse.self,
  ]
}
