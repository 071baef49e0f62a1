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
    guard let width = Self.halfWidth(of: residuals, confidence, mindsTails: true) else { return }
    interval = max(0, ratio - width)...(ratio + width)
  }

  /// A percentile of all values of replications, given what they merge to.
  ///
  /// The value is the percentile of all values together, since a mean of the replications' own
  /// percentiles is off where each has few. Its interval is Woodruff's ("Confidence intervals for
  /// medians and other position measures", JASA 47, 1952): the share of values below it is a ratio
  /// of sums, and the percentiles at the ends of that ratio's interval are the ends of this one.
  ///
  /// Values so few that all of them may well lie on one side of it have no interval: fewer than 368
  /// for a 99th percentile at 95 %, even if they are independent.
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
    guard Self.isWithin(merged.count, share, confidence) else { return }
    let mean = Double(merged.count) / Double(replications.count)
    let bucket = merged.bucket(of: Int(value))
    let residuals = replications.map {
      (Double($0.count(upTo: bucket)) - share * Double($0.count)) / mean
    }
    guard let width = Self.halfWidth(of: residuals, confidence, mindsTails: true) else { return }
    let low = merged.percentile(max(0, share - width) * 100)
    let high = merged.percentile(min(1, share + width) * 100)
    interval = min(low, value)...max(high, value)
  }

  /// Whether so many independent values have some on either side of a percentile, surely enough
  /// for an interval of this confidence.
  private static func isWithin(_ count: Int, _ share: Double, _ confidence: Double) -> Bool {
    let doubt = (1 - confidence) / 2
    var (below, above) = (1.0, 1.0)
    for _ in 0..<min(count, 100_000) where max(below, above) > doubt {
      below *= share
      above *= 1 - share
    }
    return max(below, above) <= doubt
  }

  /// The estimate with what is possible of its interval, as of a quantity that is not negative.
  public func limited(to possible: ClosedRange<Double>) -> Estimate {
    Estimate(value, interval: interval?.clamped(to: possible))
  }

  /// Half the width of the interval of a mean; nil for fewer than two values.
  ///
  /// - Parameter mindsTails: whether long tails take degrees of freedom, since they make the
  ///   variance that is seen less certain than that of normal values.
  private static func halfWidth(
    of values: [Double], _ confidence: Double, mindsTails: Bool = false
  ) -> Double? {
    guard values.count > 1 else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let variance = squares / (count - 1)
    var degrees = values.count - 1
    if mindsTails, squares > 0 {
      let fourth = values.reduce(0) { sum, value in
        let square = (value - mean) * (value - mean)
        return sum + square * square
      }
      // The kurtosis says how uncertain the variance is (Satterthwaite); it is 1 at least.
      let kurtosis = count * fourth / (squares * squares)
      let uncertainty = kurtosis - (count - 3) / (count - 1)
      degrees = max(1, min(degrees, Int(2 * count / max(uncertainty, 1e-9))))
    }
    let t = StudentT(degrees: degrees).quantile(confidence: confidence)
    return t * (variance / count).squareRoot()
  }
}
