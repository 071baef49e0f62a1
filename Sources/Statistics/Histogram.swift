/// Counts of non-negative integers in log-linear buckets, for percentiles of response times.
///
/// Every power of two is cut into `bucketsPerOctave` buckets of equal width, so that a value is
/// known within a fixed relative error whatever its size, and two histograms merge exactly: the
/// scheme of HdrHistogram (Gil Tene, hdrhistogram.org). Values below `2 · bucketsPerOctave` have
/// buckets of their own.
public struct Histogram: Sendable, Hashable {
  /// How many buckets a power of two is cut into.
  public static let bucketsPerOctave = 1 << octaveBits
  /// The largest relative error of a percentile: half a bucket, 0.049 %.
  public static let relativeError = 0.5 / Double(bucketsPerOctave)

  /// The number of recorded values.
  public private(set) var count = 0
  /// The largest recorded value; 0 when there is none.
  public private(set) var max = 0
  /// The sum of all recorded values.
  public private(set) var sum = 0.0
  // Grows by whole octaves up to the largest value.
  private var buckets: [Int] = []

  private static let octaveBits = 10

  /// Makes an empty histogram.
  public init() {}

  /// The mean of all recorded values, exact; 0 when there is none.
  public var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// Counts a value, which is not negative. O(1).
  public mutating func record(_ value: Int) {
    precondition(value >= 0, "a histogram counts values that are not negative")
    let bucket = Histogram.bucket(of: value)
    if bucket >= buckets.count { grow(toHold: bucket) }
    buckets[bucket] += 1
    count += 1
    sum += Double(value)
    if value > max { max = value }
  }

  /// Adds the counts of another histogram, as if its values had been recorded here.
  public mutating func merge(_ other: Histogram) {
    if other.buckets.count > buckets.count { grow(toHold: other.buckets.count - 1) }
    for (bucket, added) in other.buckets.enumerated() { buckets[bucket] += added }
    count += other.count
    sum += other.sum
    if other.max > max { max = other.max }
  }

  /// The value at this percentile (0 to 100) by nearest rank: the smallest that at least so many
  /// per cent of all values do not exceed.
  ///
  /// It is the middle of the bucket that holds that value, so off by `relativeError` at most, and
  /// never above `max`; 0 when there is no value. O(buckets).
  public func percentile(_ percent: Double) -> Double {
    precondition((0...100).contains(percent), "a percentile lies between 0 and 100")
    guard count > 0 else { return 0 }
    // The product may come out a hair above a whole number, which is then meant.
    let exact = percent / 100 * Double(count)
    let rank = Swift.max(1, Int((exact * (1 - 1e-12)).rounded(.up)))
    var seen = 0
    for (bucket, held) in buckets.enumerated() where held > 0 {
      seen += held
      if seen >= rank { return Swift.min(Histogram.middle(of: bucket), Double(max)) }
    }
    return Double(max)
  }

  private mutating func grow(toHold bucket: Int) {
    let octaves = (bucket >> Histogram.octaveBits) + 1
    let missing = octaves << Histogram.octaveBits - buckets.count
    buckets.append(contentsOf: repeatElement(0, count: missing))
  }

  private static func bucket(of value: Int) -> Int {
    let shift = Swift.max(0, Int.bitWidth - 1 - octaveBits - value.leadingZeroBitCount)
    return shift << octaveBits + value >> shift
  }

  private static func middle(of bucket: Int) -> Double {
    let shift = Swift.max(0, bucket >> octaveBits - 1)
    let lowest = (bucket - shift << octaveBits) << shift
    return Double(lowest) + Double(1 << shift - 1) / 2
  }
}
