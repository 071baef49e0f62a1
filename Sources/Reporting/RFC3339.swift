import FoundationEssentials

/// Times as RFC 3339 writes them, with all nine decimals of a nanosecond.
public enum RFC3339 {
  /// A time in nanoseconds since 1970 as text, such as `2026-11-21T10:00:00.000000001Z`.
  public static func text(_ time: Int64) -> String {
    let (seconds, rest) = time.quotientAndRemainder(dividingBy: 1_000_000_000)
    let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    let digits = String(rest)
    return whole.dropLast() + "." + String(repeating: "0", count: 9 - digits.count) + digits + "Z"
  }

  /// The time of such a text in nanoseconds since 1970; nil for any other text.
  public static func nanoseconds(_ text: String) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].count == 10, parts[1].hasSuffix("Z"),
      let rest = Int64(parts[1].dropLast()), rest >= 0,
      let whole = try? Date(parts[0] + "Z", strategy: .iso8601)
    else { return nil }
    return Int64(whole.timeIntervalSince1970) * 1_000_000_000 + rest
  }
}
