import Statistics

/// A measured figure with what is known of its precision.
public struct Figure: Sendable, Hashable, Encodable {
  /// The figure itself; finite.
  public let value: Double
  /// The bounds of the 95 % confidence interval; nil for a single replication, which has none.
  public let interval: ClosedRange<Double>?

  /// Makes a figure; it and the bounds must be finite, since JSON has no word for anything else.
  public init(_ value: Double, interval: ClosedRange<Double>? = nil) {
    precondition(value.isFinite, "a figure is finite")
    precondition(
      interval.map { $0.lowerBound.isFinite && $0.upperBound.isFinite } ?? true,
      "the bounds of a confidence interval are finite")
    self.value = value
    self.interval = interval
  }

  /// Writes `{"value": 4.1, "ci95": [4.0, 4.2]}`, with an explicit null for no interval.
  public func encode(to encoder: any Encoder) throws { try write(through: encoder) }
}

extension Figure: JSONWritten {
  func write(to text: inout [UInt8]) {
    text.beginObject()
    text.append("ci95", Interval(bounds: interval))
    text.append("value", value)
    text.endObject()
  }

  private struct Interval: JSONWritten {
    var bounds: ClosedRange<Double>?

    func write(to text: inout [UInt8]) {
      guard let bounds else { return JSONNull().write(to: &text) }
      text.append(UInt8(ascii: "["))
      bounds.lowerBound.write(to: &text)
      text.append(UInt8(ascii: ","))
      bounds.upperBound.write(to: &text)
      text.append(UInt8(ascii: "]"))
    }
  }
}

/// The figures that sum up a distribution of times, in milliseconds.
public struct LatencyFigures: Sendable, Hashable, Encodable {
  /// The arithmetic mean.
  public var mean: Figure
  /// The median.
  public var p50: Figure
  /// The 90th percentile.
  public var p90: Figure
  /// The 95th percentile.
  public var p95: Figure
  /// The 99th percentile.
  public var p99: Figure
  /// The 99.9th percentile.
  public var p99_9: Figure
  /// The largest time.
  public var max: Figure

  /// Makes the set from its figures.
  public init(
    mean: Figure, p50: Figure, p90: Figure, p95: Figure, p99: Figure, p99_9: Figure, max: Figure
  ) {
    self.mean = mean
    self.p50 = p50
    self.p90 = p90
    self.p95 = p95
    self.p99 = p99
    self.p99_9 = p99_9
    self.max = max
  }

  /// Whether there was no time to take the figures from, so that they say nothing.
  public var isEmpty: Bool { max.value == 0 }

  /// Takes the figures from times in nanoseconds; all are 0 when there is no time.
  public init(nanoseconds times: Histogram) {
    func percentile(_ percent: Double) -> Figure { Figure(times.percentile(percent) / 1e6) }
    self.init(
      mean: Figure(times.mean / 1e6),
      p50: percentile(50),
      p90: percentile(90),
      p95: percentile(95),
      p99: percentile(99),
      p99_9: percentile(99.9),
      max: Figure(Double(times.max) / 1e6))
  }
}
