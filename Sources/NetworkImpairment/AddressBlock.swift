import Glibc

/// One address or a CIDR block of either family, such as `198.18.0.0/15` or `fd00::1`.
public struct AddressBlock: Sendable, Hashable, Codable, CustomStringConvertible {
  /// A family of addresses.
  public enum Family: Sendable, Hashable {
    case v4, v6
  }

  /// The address as the system writes it, with its prefix where that is not the whole length.
  public let description: String

  /// The family.
  public var family: Family { description.utf8.contains(UInt8(ascii: ":")) ? .v6 : .v4 }

  /// Reads an address, or an address and the length of a prefix; nil for any other text.
  ///
  /// Bits behind the prefix are cleared, since they mean nothing.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, let host = parts.first else { return nil }
    let isV6 = host.utf8.contains(UInt8(ascii: ":"))
    let family = isV6 ? AF_INET6 : AF_INET
    var bytes = [UInt8](repeating: 0, count: isV6 ? 16 : 4)
    guard inet_pton(family, host, &bytes) == 1 else { return nil }
    var length = bytes.count * 8
    if parts.count == 2 {
      guard let asked = Int(parts[1]), (0...length).contains(asked), parts[1].first != "+" else {
        return nil
      }
      length = asked
    }
    for bit in length..<max(length, bytes.count * 8) {
      bytes[bit / 8] &= ~(0x80 >> UInt8(bit % 8))
    }
    var written = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(family, bytes, &written, socklen_t(written.count)) != nil else { return nil }
    let end = written.firstIndex(of: 0) ?? written.endIndex
    let address = String(decoding: written[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    description = length == bytes.count * 8 ? address : "\(address)/\(length)"
  }
}
