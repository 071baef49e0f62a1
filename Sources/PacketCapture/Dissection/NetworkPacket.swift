/// What lies behind the header of the link.
enum NetworkPacket {
  /// An IP packet; what stands behind it may be padding.
  case ip(ArraySlice<UInt8>)
  /// Something that is not IP, such as ARP.
  case other

  /// Takes the header of the link off; nil when the packet is too short for it.
  init?(_ packet: CapturedPacket) {
    var reader = ByteReader(packet.bytes)
    switch packet.linkType {
    case .ethernet:
      guard reader.skip(12) != nil else { return nil }
      self.init(etherTypeIn: &reader)
    case .linuxCooked:
      guard reader.skip(14) != nil else { return nil }
      self.init(etherTypeIn: &reader)
    case .linuxCooked2:
      guard let type = reader.uint16(), reader.skip(18) != nil else { return nil }
      self.init(etherType: type, &reader)
    case .null, .loop:
      guard let family = reader.uint32() else { return nil }
      self.init(addressFamily: family, &reader)
    case .raw, .rawBSD, .ipv4, .ipv6:
      self = .ip(reader.rest)
    default: self = .other
    }
  }

  private init?(etherTypeIn reader: inout ByteReader) {
    guard let type = reader.uint16() else { return nil }
    self.init(etherType: type, &reader)
  }

  private init?(etherType: UInt16, _ reader: inout ByteReader) {
    var type = etherType
    // VLAN tags of IEEE 802.1Q and 802.1ad, of which there may be several.
    while [0x8100, 0x88A8, 0x9100].contains(type) {
      guard reader.skip(2) != nil, let inner = reader.uint16() else { return nil }
      type = inner
    }
    self = type == 0x0800 || type == 0x86DD ? .ip(reader.rest) : .other
  }

  /// The families differ between systems, and the byte order is that of whoever captured.
  private init(addressFamily: UInt32, _ reader: inout ByteReader) {
    let family = addressFamily > 0xFFFF ? addressFamily.byteSwapped : addressFamily
    self = [2, 10, 24, 28, 30].contains(family) ? .ip(reader.rest) : .other
  }
}
