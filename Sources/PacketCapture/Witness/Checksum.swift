/// The checksum of a TCP packet, by which damage on the way is found (RFC 1071, RFC 9293).
enum Checksum {
  /// Whether a whole packet of IPv4 was changed on its way; false where that cannot be told.
  ///
  /// A packet that the host is about to send may have only the sum of the pseudo header in the
  /// field, since the network card is to do the rest: that is no damage.
  static func isWrong(_ packet: CapturedPacket) -> Bool {
    guard case .ip(let bytes)? = NetworkPacket(packet), let first = bytes.first, first >> 4 == 4
    else { return false }
    let header = Int(first & 0x0F) * 4
    var reader = ByteReader(bytes)
    guard header >= 20, bytes.count >= header, reader.skip(2) != nil,
      let total = reader.uint16().map(Int.init)
    else { return false }
    let start = bytes.startIndex
    if sum(bytes[start..<start + header]) != 0xFFFF { return true }
    guard total >= header + 20, bytes.count >= total else { return false }
    let segment = bytes[start + header..<start + total]
    let pseudo = sum(bytes[start + 12..<start + 20], from: 6 + UInt64(segment.count))
    let place = segment.startIndex + 16
    let field = UInt64(segment[place]) << 8 | UInt64(segment[place + 1])
    return field != pseudo && sum(segment, from: pseudo) != 0xFFFF
  }

  /// The sum of 16-bit words in ones' complement.
  private static func sum(_ bytes: ArraySlice<UInt8>, from start: UInt64 = 0) -> UInt64 {
    var sum = start
    var isHigh = true
    for byte in bytes {
      sum += isHigh ? UInt64(byte) << 8 : UInt64(byte)
      isHigh.toggle()
    }
    while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
    return sum
  }
}
