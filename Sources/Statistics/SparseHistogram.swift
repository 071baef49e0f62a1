/// The counts of a histogram that is done: small enough to be kept for each of many replications.
public struct SparseHistogram: Sendable {
  /// The number of values.
  public let count: Int
  /// The sum of all values.
  public let sum: Double
  // The buckets that hold values, in order, and how many values they and those before hold.
  private let buckets: [UInt32]
  private let cumulative: [UInt32]

  /// Keeps the counts of a histogram of fewer than 2³² values.
  public init(_ histogram: Histogram) {
    precondition(histogram.count <= UInt32.max, "a replication has fewer than 4 billion values")
    count = histogram.count
    sum = histogram.sum
    var seen: UInt32 = 0
    var (buckets, cumulative) = ([UInt32](), [UInt32]())
    histogram.forEachBucket { bucket, held in
      seen += UInt32(held)
      buckets.append(UInt32(bucket))
      cumulative.append(seen)
    }
    self.buckets = buckets
    self.cumulative = cumulative
  }

  /// How many values lie in a bucket of the histogram and in those before it.
  ///
  /// - Complexity: O(log of the buckets).
  public func count(upTo bucket: Int) -> Int {
    let after = partition { $0 > bucket }
    return after == 0 ? 0 : Int(cumulative[after - 1])
  }

  /// The first place whose bucket satisfies a condition that holds for all after it.
  private func partition(_ holds: (UInt32) -> Bool) -> Int {
    var (low, high) = (0, buckets.count)
    while low < high {
      let middle = (low + high) / 2
      if holds(buckets[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
