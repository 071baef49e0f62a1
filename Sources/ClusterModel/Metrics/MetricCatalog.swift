/// A figure that is made from the outcomes of requests.
///
/// A metric is one file in `Metrics/` and one line in `MetricCatalog`. It absorbs outcomes by the
/// batch, so that how it is called costs nothing in the loop.
protocol Metric: SendableMetatype {
  /// Makes the metric of a run that has not begun.
  init(backends: Int)

  /// Takes in how some requests ended.
  mutating func absorb(_ batch: borrowing OutcomeBatch)

  /// Takes note of what the system is like at the end of a second; few have a use for it.
  mutating func endSecond(_ reading: ClusterReading)

  /// Writes what it found into the result of the run.
  mutating func summarise(into result: inout RunResult)
}

extension Metric {
  /// Outcomes are all that it needs.
  mutating func endSecond(_ reading: ClusterReading) {}
}

/// What a run keeps besides the figures that every run has; it costs nothing when not asked for.
public struct MetricSelection: OptionSet, Sendable {
  /// The bits.
  public let rawValue: UInt8

  /// Makes a choice of bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Latencies in the order of the requests' ends, to find the warm-up by.
  public static let course = MetricSelection(rawValue: 1)
  /// The run second by second.
  public static let seconds = MetricSelection(rawValue: 2)
}

/// Every metric of a run.
///
/// A new one is a file in `Metrics/` and a line here.
enum MetricCatalog {
  /// Those that every run has.
  static let all: [any Metric.Type] = [
    RequestCount.self,
    Latency.self,
    BackendResponse.self,
  ]

  /// Those that a run has when they are asked for.
  static let recorded: [(MetricSelection, any Metric.Type)] = [
    (.course, Course.self),
    (.seconds, Seconds.self),
  ]

  /// The metrics of a run that has not begun.
  static func metrics(_ recording: MetricSelection, backends: Int) -> [any Metric] {
    (all + recorded.filter { recording.contains($0.0) }.map(\.1)).map {
      $0.init(backends: backends)
    }
  }
}
