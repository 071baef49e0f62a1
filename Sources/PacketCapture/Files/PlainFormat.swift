/// The format pcap: one header, then packets with a stamp each (draft-ietf-opsawg-pcap).
struct PlainFormat {
  private let isLittleEndian: Bool
  /// How many nanoseconds the fraction of a stamp counts: 1,000, or 1 in the newer variant.
  private let fractionNanoseconds: Int64
  private let linkType: LinkType

  /// Reads the header behind its first four bytes; nil when they are of another format.
  init?(magic: ArraySlice<UInt8>, in stream: inout ByteStream) throws(Damage) {
    switch Array(magic) {
    case [0xA1, 0xB2, 0xC3, 0xD4]: (isLittleEndian, fractionNanoseconds) = (false, 1000)
    case [0xD4, 0xC3, 0xB2, 0xA1]: (isLittleEndian, fractionNanoseconds) = (true, 1000)
    case [0xA1, 0xB2, 0x3C, 0x4D]: (isLittleEndian, fractionNanoseconds) = (false, 1)
    case [0x4D, 0x3C, 0xB2, 0xA1]: (isLittleEndian, fractionNanoseconds) = (true, 1)
    default: return nil
    }
    var header = ByteReader(try stream.take(20), isLittleEndian: isLittleEndian)
    guard let major = header.uint16(), header.skip(14) != nil, let type = header.uint32() else {
      preconditionFailure("20 bytes hold these fields")
    }
    guard major == 2 else {
      throw Damage(reason: "version \(major) of the format pcap is not known; only 2 is in use")
    }
    // The upper bits tell of a checksum behind Ethernet frames.
    linkType = LinkType(rawValue: type & 0xFFFF)
    guard linkType.isKnown else { throw Damage(unknown: linkType) }
  }

  /// The next packet; nil at the end.
  func next(in stream: inout ByteStream) throws(Damage) -> CapturedPacket? {
    guard try !stream.isAtEnd() else { return nil }
    var header = ByteReader(try stream.take(16), isLittleEndian: isLittleEndian)
    guard let seconds = header.uint32(), let fraction = header.uint32(),
      let kept = header.uint32(), let length = header.uint32()
    else { preconditionFailure("16 bytes hold four numbers") }
    guard kept <= PacketFile.longestPacket else {
      throw Damage(
        reason: "a packet of \(kept) bytes cannot be; the file is damaged from here on")
    }
    let bytes = try stream.take(Int(kept))
    return CapturedPacket(
      time: Int64(seconds) * 1_000_000_000 + Int64(fraction) * fractionNanoseconds,
      linkType: linkType, interface: 0, originalLength: max(Int(length), bytes.count),
      bytes: bytes)
  }
}

extension Damage {
  init(unknown linkType: LinkType) {
    self.init(
      reason: "packets of link type \(linkType.rawValue) are not understood; capture at an"
        + " Ethernet, loopback or \"any\" interface")
  }
}
