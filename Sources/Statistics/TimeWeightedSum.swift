/// The integral over time of a quantity that changes in steps, such as a queue's length.
///
/// Divided by the time it covers it is the time-weighted mean.
public struct TimeWeightedSum: BitwiseCopyable, Sendable {
  /// The quantity now.
  public private(set) var value = 0
  // In units of the quantity times nanoseconds.
  private var area = 0.0
  private var since: Int64 = 0

  /// Makes the integral of a quantity that is 0 from time 0 on.
  public init() {}

  /// Changes the quantity at a time in nanoseconds, not before the change before.
  ///
  /// - Complexity: O(1).
  public mutating func add(_ change: Int, at nanoseconds: Int64) {
    area += Double(value) * Double(nanoseconds - since)
    since = nanoseconds
    value += change
  }

  /// Forgets what has been; the integral starts again at a time, with the quantity as it is.
  public mutating func restart(at nanoseconds: Int64) {
    area = 0
    since = nanoseconds
  }

  /// The integral from the last restart until a time, in units of the quantity times nanoseconds.
  public func integral(until end: Int64) -> Double {
    area + Double(value) * Double(end - since)
  }

  /// The mean of the quantity from a time, that of the last restart, until another.
  public func mean(from start: Int64, until end: Int64) -> Double {
    guard end > start else { return Double(value) }
    return integral(until: end) / Double(end - start)
  }
}
