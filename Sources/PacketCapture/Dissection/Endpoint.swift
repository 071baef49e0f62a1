/// One end of a connection: an address and a port.
public struct Endpoint: Sendable, Hashable {
  /// The upper and the lower half of the address; an IPv4 address is the lower half alone.
  let high: UInt64
  let low: UInt64
  let isVersion6: Bool
  /// The port.
  public let port: UInt16

  /// Makes an end of an IPv4 address, or of an IPv6 address of 16 bytes.
  init(address: ArraySlice<UInt8>, port: UInt16) {
    isVersion6 = address.count == 16
    high = address.dropLast(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = address.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    self.port = port
  }

  /// The ends in an order of no meaning, the same for both directions.
  func precedes(_ other: Endpoint) -> Bool {
    (high, low, port) < (other.high, other.low, other.port)
  }

  /// The address and the port: `198.18.0.5:41022`, `[fd00::1]:8000`.
  public var text: String { isVersion6 ? "[\(version6)]:\(port)" : "\(version4):\(port)" }

  private var version4: String {
    [24, 16, 8, 0].map { "\(low >> $0 & 0xFF)" }.joined(separator: ".")
  }

  /// The address as RFC 5952 wants it: no leading zeros, the longest run of zeros left out.
  private var version6: String {
    let groups =
      [48, 32, 16, 0].map { high >> $0 & 0xFFFF } + [48, 32, 16, 0].map { low >> $0 & 0xFFFF }
    var longest = 0..<0
    var start = 0
    while start < groups.count {
      let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
      if end - start > longest.count { longest = start..<end }
      start = max(end, start + 1)
    }
    func text(_ groups: ArraySlice<UInt64>) -> String {
      groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard longest.count > 1 else { return text(groups[...]) }
    return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
  }
}
