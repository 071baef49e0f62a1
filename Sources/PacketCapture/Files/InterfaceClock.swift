/// How the stamps of one interface count: in which fractions of a second, and from when.
struct InterfaceClock {
  /// How many units make a second: a power of ten, or of two; nil when that is too many to count.
  private var unitsPerSecond: UInt64 = 1_000_000
  /// What to add to each stamp, in seconds.
  var offsetSeconds: Int64 = 0

  /// Takes the value of the option `if_tsresol`: a negative power of 10, or of 2 with the top bit.
  ///
  /// What is finer than 64 bits count is taken as if it were the finest that they count.
  mutating func set(resolution: UInt8) {
    let exponent = Int(resolution & 0x7F)
    if resolution & 0x80 != 0 {
      unitsPerSecond = 1 << UInt64(min(exponent, 63))
    } else {
      unitsPerSecond = (0..<min(exponent, 19)).reduce(1) { units, _ in units * 10 }
    }
  }

  /// A stamp in nanoseconds since 1970, held within what 63 bits count (the year 2262).
  func nanoseconds(_ stamp: UInt64) -> Int64 {
    let (seconds, rest) = stamp.quotientAndRemainder(dividingBy: unitsPerSecond)
    let product = rest.multipliedFullWidth(by: 1_000_000_000)
    let fraction = unitsPerSecond.dividingFullWidth(product).quotient
    let latest = UInt64(Int64.max) / 1_000_000_000 - 1
    let (shifted, overflows) = Int64(min(seconds, latest)).addingReportingOverflow(offsetSeconds)
    let held = overflows ? (offsetSeconds > 0 ? Int64(latest) : 0) : shifted
    return min(max(held, 0), Int64(latest)) * 1_000_000_000 + Int64(fraction)
  }
}
