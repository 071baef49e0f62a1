/// A point of simulated time, in whole nanoseconds since the start of the run.
///
/// Integers make sums exact and their order total, so that a run is the same on every machine. Sums
/// are not checked for overflow: spans end at ten years, and 64 bits hold 292.
public struct Instant: BitwiseCopyable, Sendable, Hashable, Comparable {
  /// Nanoseconds since the start of the run.
  public var nanoseconds: Int64

  /// Makes the point so many nanoseconds after the start of the run.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The start of the run.
  public static var zero: Instant { Instant(nanoseconds: 0) }
  /// Later than every event: the time of what is not scheduled.
  public static var never: Instant { Instant(nanoseconds: .max) }

  /// Whether one point comes before another.
  public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

  /// The point that lies a span after another.
  public static func + (instant: Instant, span: Nanoseconds) -> Instant {
    Instant(nanoseconds: instant.nanoseconds &+ span.count)
  }

  /// The point that lies a span before another.
  public static func - (instant: Instant, span: Nanoseconds) -> Instant {
    Instant(nanoseconds: instant.nanoseconds &- span.count)
  }

  /// The span between two points.
  public static func - (later: Instant, earlier: Instant) -> Nanoseconds {
    Nanoseconds(later.nanoseconds &- earlier.nanoseconds)
  }
}

/// A span of simulated time in whole nanoseconds.
public struct Nanoseconds: BitwiseCopyable, Sendable, Hashable, Comparable {
  /// The number of nanoseconds.
  public var count: Int64

  /// Makes a span of so many nanoseconds.
  @inlinable public init(_ count: Int64) { self.count = count }

  /// Makes the span nearest to a floating-point number of nanoseconds.
  ///
  /// What exceeds ten years, as a draw from a heavy tail may, becomes ten years, so that no sum of
  /// a few spans overflows.
  @inlinable @inline(__always)
  public init(nearest value: Double) {
    if value < Nanoseconds.exactlyShifted {
      count = Nanoseconds.whole(value + Nanoseconds.shift)
    } else {
      count = Int64(Swift.min(value, 3.2e17) + 0.5)
    }
  }

  // Added to a number below 2⁵¹, this moves the number's whole part, rounded to the nearest, into
  // the last bits: a conversion without a branch for what cannot be converted.
  @inlinable static var shift: Double { 0x1.8p52 }
  @inlinable static var exactlyShifted: Double { 0x1p51 }

  /// The whole number in the last bits of a shifted one.
  @inlinable @inline(__always)
  static func whole(_ shifted: Double) -> Int64 {
    Int64(bitPattern: shifted.bitPattern) &- Int64(bitPattern: shift.bitPattern)
  }

  /// No time at all.
  public static var zero: Nanoseconds { Nanoseconds(0) }

  /// This span as a floating-point number of seconds.
  public var seconds: Double { Double(count) / 1e9 }

  /// Whether one span is shorter than another.
  public static func < (a: Nanoseconds, b: Nanoseconds) -> Bool { a.count < b.count }

  /// One span after another.
  public static func + (a: Nanoseconds, b: Nanoseconds) -> Nanoseconds {
    Nanoseconds(a.count &+ b.count)
  }

  /// A span repeated.
  public static func * (span: Nanoseconds, times: Int64) -> Nanoseconds {
    Nanoseconds(span.count * times)
  }
}
