/// A figure from independent replications: its value and its confidence interval.
public struct Estimate: Sendable, Hashable {
  /// The value.
  public var value: Double
  /// The interval; nil where there is one replication only, which tells nothing of its precision.
  public var interval: ClosedRange<Double>?

  /// Makes an estimate.
  public init(_ value: Double, interval: ClosedRange<Double>? = nil) {
    self.value = value
    self.interval = interval
  }

  /// The confidence of an interval unless another is asked for.
  public static let standardConfidence = 0.95

  /// Half the width of the interval over the value; nil without an interval or a value.
  public var relativeHalfWidth: Double? {
    guard let interval, value != 0 else { return nil }
    return (interval.upperBound - interval.lowerBound) / 2 / value.magnitude
  }
}

extension Estimate {
  /// The mean of independent values, with the interval of Student's t.
  public init(meanOf values: [Double], confidence: Double = standardConfidence) {
    let mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    self.init(mean)
    guard let width = Self.halfWidth(of: values, confidence) else { return }
    interval = (mean - width)...(mean + width)
  }

  /// A ratio of sums, such as the mean of all requests of replications that differ in their number.
  ///
  /// The interval is that of Student's t over the residuals a − r b (W. G. Cochran, *Sampling
  /// Techniques*, chapter 6), which has no bias from the replications with few requests. Both are
  /// not negative, so neither is the interval.
  public init(
    ratioOf parts: [(numerator: Double, denominator: Double)],
    confidence: Double = standardConfidence
  ) {
    let denominator = parts.reduce(0) { $0 + $1.denominator }
    guard denominator > 0 else {
      self.init(0, interval: parts.count > 1 ? 0...0 : nil)
      return
    }
    let ratio = parts.reduce(0) { $0 + $1.numerator } / denominator
    self.init(ratio)
    let mean = denominator / Double(parts.count)
    let residuals = parts.map { ($0.numerator - ratio * $0.denominator) / mean }
    guard let width = Self.halfWidth(of: residuals, confidence) else { return }
    interval = max(0, ratio - width)...(ratio + width)
  }

  /// A percentile of all values of replications, given what they merge to.
  ///
  /// The value is the percentile of all values together, since a mean of the replications' own
  /// percentiles is off where each has few. Its interval is Woodruff's ("Confidence intervals for
  /// medians and other position measures", JASA 47, 1952): the share of values below it is a ratio
  /// of sums, and the percentiles at the ends of that ratio's interval are the ends of this one.
  public init(
    percentile percent: Double, of replications: [SparseHistogram], merged: Histogram,
    confidence: Double = standardConfidence
  ) {
    let value = merged.percentile(percent)
    self.init(value)
    guard merged.count > 0 else {
      if replications.count > 1 { interval = 0...0 }
      return
    }
    let share = percent / 100
    let mean = Double(merged.count) / Double(replications.count)
    let bucket = merged.bucket(of: Int(value))
    let residuals = replications.map {
      (Double($0.count(upTo: bucket)) - share * Double($0.count)) / mean
    }
    guard let width = Self.halfWidth(of: residuals, confidence) else { return }
    let low = merged.percentile(max(0, share - width) * 100)
    let high = merged.percentile(min(1, share + width) * 100)
    interval = min(low, value)...max(high, value)
  }

  /// Half the width of the interval of a mean; nil for fewer than two values.
  private static func halfWidth(of values: [Double], _ confidence: Double) -> Double? {
    guard values.count > 1 else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let variance = squares / Double(values.count - 1)
    let t = StudentT(degrees: values.count - 1).quantile(confidence: confidence)
    return t * (variance / Double(values.count)).squareRoot()
  }
}
