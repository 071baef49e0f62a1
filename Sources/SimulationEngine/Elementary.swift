/// Elementary functions made of IEEE 754 basic operations alone.
///
/// The `log` and `exp` of C libraries differ in their last bits from machine to machine; a run must
/// not. These are accurate to a few units in the last place, enough for sampling, and are called
/// seldom: the usual draw needs none of them.
public enum Elementary {
  /// The natural logarithm of a positive, normal number.
  ///
  /// x = m · 2ᵉ with m near 1; then log m = 2 artanh((m − 1) / (m + 1)) by its power series.
  public static func log(_ x: Double) -> Double {
    precondition(x > 0 && x.isFinite, "the logarithm is taken of a positive number")
    var exponent = Double(x.exponent)
    var mantissa = x.significand
    if mantissa > 1.414_213_562_373_095_1 {
      mantissa *= 0.5
      exponent += 1
    }
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    // |s| < 0.1716, so the term after the last is below 2⁻⁶⁰ of the sum.
    var series = 0.0
    var divisor = 23.0
    while divisor >= 1 {
      series = series * square + 1 / divisor
      divisor -= 2
    }
    return exponent * ln2High + (exponent * ln2Low + 2 * s * series)
  }

  /// The exponential function; 0 far below, infinity far above.
  ///
  /// x = k · ln 2 + r with |r| ≤ ln 2 / 2; then the Taylor series of exp r, times 2ᵏ.
  public static func exp(_ x: Double) -> Double {
    if x > 709 { return .infinity }
    if x < -708 { return 0 }
    let scaled = x / (ln2High + ln2Low)
    let k = Double(Int(scaled + (scaled < 0 ? -0.5 : 0.5)))
    let r = (x - k * ln2High) - k * ln2Low
    var series = 1.0
    var term = 17.0
    while term >= 1 {
      series = 1 + r / term * series
      term -= 1
    }
    return Double(sign: .plus, exponent: Int(k), significand: series)
  }

  /// A positive number to any power.
  public static func pow(_ base: Double, _ exponent: Double) -> Double {
    exp(exponent * log(base))
  }

  /// Euler's gamma function for positive numbers.
  ///
  /// Stirling's series after shifting the argument above 16 (Abramowitz and Stegun, 6.1.40).
  public static func gamma(_ x: Double) -> Double {
    precondition(x > 0, "the gamma function is taken of a positive number")
    var shifted = x
    var divisor = 1.0
    while shifted < 16 {
      divisor *= shifted
      shifted += 1
    }
    let inverse = 1 / shifted
    let square = inverse * inverse
    let correction =
      inverse * (1 / 12.0 - square * (1 / 360.0 - square * (1 / 1260.0 - square / 1680.0)))
    let halfLog2Pi = 0.918_938_533_204_672_8
    return exp((shifted - 0.5) * log(shifted) - shifted + halfLog2Pi + correction) / divisor
  }

  // ln 2 in two parts, so that k · ln2High is exact for every exponent k.
  static let ln2High = 0x1.62e42feep-1
  static let ln2Low = 0x1.a39ef35793c76p-33
}
