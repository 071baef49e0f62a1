/// A decimal number exactly as it is written, so that `0.1ms` is 100 µs and not almost.
struct ExactDecimal {
  private(set) var isNegative = false
  /// The digits without the point; what follows the 25th significant digit is dropped.
  private var significand: UInt128 = 0
  /// The power of ten by which the significand is multiplied.
  private var exponent = 0

  /// The number that `text` is; nil when it is none.
  init?(_ text: some StringProtocol) {
    var rest = Substring(text)
    guard let number = ExactDecimal(takenFrom: &rest), rest.isEmpty else { return nil }
    self = number
  }

  /// The number at the beginning of `text`, which is taken away from it; nil when there is none.
  init?(takenFrom text: inout Substring) {
    var bytes = text.utf8
    if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      bytes.removeFirst()
    }
    var digits = takeDigits(from: &bytes, areFraction: false)
    if bytes.first == UInt8(ascii: ".") {
      bytes.removeFirst()
      digits += takeDigits(from: &bytes, areFraction: true)
    }
    guard digits > 0 else { return nil }
    takeExponent(from: &bytes)
    text = Substring(bytes)
  }

  /// Takes digits into the significand and returns how many there were.
  private mutating func takeDigits(
    from bytes: inout Substring.UTF8View, areFraction: Bool
  ) -> Int {
    let mostSignificand: UInt128 = 1_000_000_000_000_000_000_000_000
    var taken = 0
    while let byte = bytes.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      if significand < mostSignificand {
        significand = significand * 10 + UInt128(byte - UInt8(ascii: "0"))
        if areFraction { exponent -= 1 }
      } else if !areFraction {
        exponent += 1
      }
      taken += 1
      bytes.removeFirst()
    }
    return taken
  }

  /// Takes `e` with its digits, if both are there.
  private mutating func takeExponent(from bytes: inout Substring.UTF8View) {
    guard let mark = bytes.first, mark | 0x20 == UInt8(ascii: "e") else { return }
    var rest = bytes.dropFirst()
    var isBelowOne = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isBelowOne = sign == UInt8(ascii: "-")
      rest.removeFirst()
    }
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !digits.isEmpty else { return }
    let beyondAll = 1_000_000
    let power = digits.reduce(0) { min($0 * 10 + Int($1 - UInt8(ascii: "0")), beyondAll) }
    exponent += isBelowOne ? -power : power
    bytes = rest.dropFirst(digits.count)
  }

  var isZero: Bool { significand == 0 }

  /// The number times `factor`, rounded to the nearest whole; nil when it is beyond 127 bits.
  func rounded(times factor: UInt128 = 1) -> (whole: Int128, isExact: Bool)? {
    guard !isZero else { return (0, true) }
    var (magnitude, overflow) = significand.multipliedReportingOverflow(by: factor)
    var isExact = true
    if exponent > 0 {
      for _ in 0..<min(exponent, 40) where !overflow {
        (magnitude, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      }
    } else if exponent < 0 {
      var lastDropped: UInt128 = 0
      for _ in 0..<min(-exponent, 40) {
        if lastDropped != 0 { isExact = false }
        (magnitude, lastDropped) = magnitude.quotientAndRemainder(dividingBy: 10)
      }
      if lastDropped != 0 { isExact = false }
      if lastDropped >= 5 { magnitude += 1 }
    }
    guard !overflow, magnitude <= UInt128(Int128.max) else { return nil }
    return (isNegative ? -Int128(magnitude) : Int128(magnitude), isExact)
  }
}

extension ExactDecimal {
  /// Whether a text begins like a number, so that a number was probably meant.
  static func begins(_ text: String) -> Bool {
    var rest = Substring(text)
    return ExactDecimal(takenFrom: &rest) != nil
  }
}

extension Substring {
  /// Takes away the one blank that may stand between a number and its unit.
  mutating func dropBlank() {
    if first == " ", count > 1 { removeFirst() }
  }
}
