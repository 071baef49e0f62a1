/// Numbers as people read them: few digits, a unit, and groups of three.
public enum HumaneText {
  /// A whole number with a comma between thousands: `1,234`.
  public static func count(_ number: some BinaryInteger) -> String {
    let digits = String(number.magnitude)
    var groups: [Substring] = []
    var rest = digits[...]
    while rest.count > 3 {
      groups.append(rest.suffix(3))
      rest = rest.dropLast(3)
    }
    return (number < 0 ? "-" : "") + ([rest] + groups.reversed()).joined(separator: ",")
  }

  /// A number with so many decimals: `104.5`.
  public static func number(_ value: Double, decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded()
    // Beyond this a double counts no single units any more.
    guard scaled < 9e15 else { return "\(value)" }
    let whole = UInt64(scaled)
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard decimals > 0 else { return sign + count(whole) }
    let fraction = String(whole % UInt64(scale))
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return sign + count(whole / UInt64(scale)) + "." + zeros + fraction
  }

  /// A number with three significant digits, or all digits of its whole part: `0.123`, `12.3`.
  ///
  /// What is less than half a thousandth shows as 0.
  public static func significant(_ value: Double) -> String {
    switch value.magnitude {
    case ..<0.0005: "0"
    case ..<0.9995: number(value, decimals: 3)
    case ..<9.995: number(value, decimals: 2)
    case ..<99.95: number(value, decimals: 1)
    default: number(value, decimals: 0)
    }
  }

  /// A number as a person would write it: `3`, and `0.25`.
  public static func plain(_ value: Double) -> String {
    value == value.rounded() ? number(value, decimals: 0) : significant(value)
  }

  /// A share as a percentage: `16.7%`; what is little but not nothing is `<0.1%`.
  public static func percent(_ share: Double) -> String {
    share > 0 && share < 0.0005 ? "<0.1%" : number(share * 100, decimals: 1) + "%"
  }

  /// A length of time in the unit that suits it: `250µs`, `4.10ms`, `1.23s`.
  public static func duration(milliseconds: Double) -> String {
    switch milliseconds.magnitude {
    case 0: "0"
    case ..<0.9995: significant(milliseconds * 1000) + "µs"
    case ..<999.5: significant(milliseconds) + "ms"
    default: significant(milliseconds / 1000) + "s"
    }
  }

  /// A bar of so many columns for a share from 0 to 1, in steps of an eighth of a column.
  public static func bar(_ share: Double, width: Int) -> String {
    let eighths = Int((min(max(share, 0), 1) * Double(width * 8)).rounded())
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let bar = String(repeating: "█", count: eighths / 8) + partial
    return bar + String(repeating: " ", count: width - bar.count)
  }
}
