import Glibc

/// Addresses that begin alike: one, such as `fd00::1`, or those of a network, as `198.18.0.0/15`.
public struct AddressRange: Sendable, Hashable {
  private let high, low: UInt64
  private let highMask, lowMask: UInt64
  private let isVersion6: Bool

  /// Reads an address, or an address and the length of a prefix; nil for any other text.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let host = parts.first, parts.count <= 2 else { return nil }
    isVersion6 = host.contains(":")
    var bytes = [UInt8](repeating: 0, count: isVersion6 ? 16 : 4)
    guard inet_pton(isVersion6 ? AF_INET6 : AF_INET, String(host), &bytes) == 1 else { return nil }
    let whole = bytes.count * 8
    let length = parts.count == 2 ? Int(parts[1]) ?? -1 : whole
    guard (0...whole).contains(length) else { return nil }
    let end = Endpoint(address: bytes[...], port: 0)
    // An IPv4 address is the lower half of the lower half.
    lowMask = Self.mask(isVersion6 ? length - 64 : length + 32)
    highMask = isVersion6 ? Self.mask(length) : 0
    high = end.high & highMask
    low = end.low & lowMask
  }

  /// The first bits of 64, so many of them.
  private static func mask(_ length: Int) -> UInt64 {
    length <= 0 ? 0 : length >= 64 ? .max : ~(.max >> UInt64(length))
  }

  /// Whether the address of an end is among them.
  func contains(_ end: Endpoint) -> Bool {
    isVersion6 == end.isVersion6 && end.high & highMask == high && end.low & lowMask == low
  }
}
