/// Counts of non-negative integers in log-linear buckets, for percentiles of response times.
///
/// Every power of two is cut into `bucketsPerOctave` buckets of equal width, so that a value is
/// known within a fixed relative error whatever its size, and two histograms of one precision merge
/// exactly: the scheme of HdrHistogram (Gil Tene, hdrhistogram.org). Values below
/// `2 · bucketsPerOctave` have buckets of their own.
public struct Histogram: Sendable, Hashable {
  /// How many binary digits of a value count.
  public let precision: Int
  /// The number of recorded values.
  public var count: Int { recorded }
  /// The largest recorded value; 0 when there is none.
  public var max: Int { largest }
  @usableFromInline var recorded = 0
  @usableFromInline var largest = 0
  // Wide enough for any number of values, so that the order in which they come makes no difference.
  @usableFromInline var total: UInt128 = 0
  // Grows by whole octaves at both ends, from that of the smallest value to that of the largest.
  @usableFromInline var buckets: [Int] = []
  // The number of the first bucket that there is.
  @usableFromInline var first = 0

  /// The standard precision, for an error of 0.049 %; 8 kB an octave.
  public static let standardPrecision = 10

  /// Makes an empty histogram that cuts every power of two into 2^precision buckets.
  public init(precision: Int = Histogram.standardPrecision) {
    precondition((1...16).contains(precision), "a histogram's precision lies between 1 and 16")
    self.precision = precision
  }

  /// How many buckets a power of two is cut into.
  public var bucketsPerOctave: Int { 1 << precision }

  /// The largest relative error of a percentile: half a bucket.
  public var relativeError: Double { 0.5 / Double(bucketsPerOctave) }

  /// The sum of all recorded values, rounded once.
  public var sum: Double { Double(total) }

  /// The mean of all recorded values, exact; 0 when there is none.
  public var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// Counts a value, which is not negative.
  ///
  /// - Complexity: O(1).
  @inlinable @inline(__always)
  public mutating func record(_ value: Int) {
    precondition(value >= 0, "a histogram counts values that are not negative")
    let bucket = bucket(of: value)
    if bucket &- first < 0 || bucket &- first >= buckets.count { grow(toHold: bucket) }
    buckets[bucket &- first] += 1
    recorded += 1
    total &+= UInt128(UInt64(value))
    if value > largest { largest = value }
  }

  /// Counts many values, of which negative ones are left out.
  ///
  /// A value may be asked for twice.
  ///
  /// - Complexity: O(count), without the bookkeeping of a single `record`.
  @inlinable @inline(__always)
  public mutating func record(count: Int, _ value: (Int) -> Int) {
    var place = 0
    while true {
      place = recordKnown(from: place, to: count, value)
      if place == count { return }
      grow(toHold: bucket(of: value(place)))
    }
  }

  /// Counts values up to the first for which there is no bucket yet.
  @inlinable @inline(__always)
  mutating func recordKnown(from start: Int, to end: Int, _ value: (Int) -> Int) -> Int {
    var place = start
    var added = 0
    var sum: UInt128 = 0
    var largest = largest
    let held = UInt(buckets.count)
    let first = first
    let precision = precision
    buckets.withUnsafeMutableBufferPointer { buckets in
      while place < end {
        let next = value(place)
        if next >= 0 {
          // Below the first it becomes a very large number.
          let place = UInt(bitPattern: Self.bucket(of: next, precision) &- first)
          if place >= held { break }
          buckets[Int(bitPattern: place)] &+= 1
          added += 1
          sum &+= UInt128(UInt64(bitPattern: Int64(next)))
          largest = Swift.max(largest, next)
        }
        place += 1
      }
    }
    recorded += added
    total &+= sum
    self.largest = largest
    return place
  }

  /// Adds the counts of another histogram, as if its values had been recorded here.
  ///
  /// Both must have the same precision.
  public mutating func merge(_ other: Histogram) {
    precondition(other.precision == precision, "histograms of one precision merge")
    if !other.buckets.isEmpty {
      grow(toHold: other.first)
      grow(toHold: other.first + other.buckets.count - 1)
    }
    for (place, added) in other.buckets.enumerated() {
      buckets[other.first - first + place] += added
    }
    recorded += other.recorded
    total &+= other.total
    largest = Swift.max(largest, other.largest)
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
    for place in buckets.indices {
      seen += buckets[place]
      if seen >= rank { return Swift.min(middle(of: first + place), Double(max)) }
    }
    return Double(max)
  }

  /// Makes room for a bucket, and for all of its octave; nothing where it is there.
  @usableFromInline @inline(never)
  mutating func grow(toHold bucket: Int) {
    let octave = (bucket >> precision) << precision
    if buckets.isEmpty { first = octave }
    let missingBelow = first - octave
    if missingBelow > 0 {
      buckets.insert(contentsOf: repeatElement(0, count: missingBelow), at: 0)
      first = octave
    }
    let missingAbove = octave + bucketsPerOctave - (first + buckets.count)
    if missingAbove > 0 { buckets.append(contentsOf: repeatElement(0, count: missingAbove)) }
  }

  /// The standard deviation of all recorded values, each taken for the middle of its bucket.
  public var standardDeviation: Double {
    guard count > 1 else { return 0 }
    var squares = 0.0
    forEachBucket { bucket, held in
      let distance = middle(of: bucket) - mean
      squares += Double(held) * distance * distance
    }
    return (squares / Double(count - 1)).squareRoot()
  }

  /// Hands over each bucket that holds values, in order, and how many it holds.
  func forEachBucket(_ body: (Int, Int) -> Void) {
    for (place, held) in buckets.enumerated() where held > 0 { body(first + place, held) }
  }

  @inlinable @inline(__always)
  func bucket(of value: Int) -> Int { Self.bucket(of: value, precision) }

  @inlinable @inline(__always)
  static func bucket(of value: Int, _ precision: Int) -> Int {
    let shift = Swift.max(0, Int.bitWidth - 1 - precision - value.leadingZeroBitCount)
    return shift &<< precision &+ value &>> shift
  }

  private func middle(of bucket: Int) -> Double {
    let shift = Swift.max(0, bucket >> precision - 1)
    let lowest = (bucket - shift << precision) << shift
    return Double(lowest) + Double(1 << shift - 1) / 2
  }
}
