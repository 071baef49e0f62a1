/// The rounding of spans to whole nanoseconds, so that the sum of many is off by half of one.
///
/// What a span loses is given to later ones, so that arrivals a third of a nanosecond apart keep
/// their rate.
public struct Rounding: BitwiseCopyable, Sendable {
  /// What has been left over, from −½ to ½, in units of 2⁻³² nanoseconds.
  @usableFromInline var left: Int64 = 0

  /// Makes a rounding that owes nothing yet.
  @inlinable public init() {}

  /// The whole part of a span in nanoseconds, together with what was left over.
  ///
  /// What exceeds ten years becomes ten years, as in `Nanoseconds`.
  @inlinable @inline(__always)
  public mutating func whole(of span: Double) -> Nanoseconds {
    if span >= Nanoseconds.exactlyShifted { return Nanoseconds(nearest: span) }
    let shifted = span + Nanoseconds.shift
    let rest = span - (shifted - Nanoseconds.shift)
    left &+= Nanoseconds.whole(rest * 0x1p32 + Nanoseconds.shift)
    // An arithmetic shift rounds down, so half a unit before it rounds to the nearest.
    let carry = (left &+ 0x8000_0000) >> 32
    left &-= carry << 32
    return Nanoseconds(Nanoseconds.whole(shifted) &+ carry)
  }
}
