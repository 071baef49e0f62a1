/// What a packet turns out to be.
enum Dissection {
  /// A segment of a TCP connection.
  case segment(TCPSegment)
  /// A fragment of an IP packet, which cannot be told to belong to a connection.
  case fragment
  /// Something else.
  case other
  /// A packet that ends before what it says, or says what cannot be.
  case malformed

  /// Looks into a packet from its link header to its TCP header.
  init(_ packet: CapturedPacket) {
    guard let frame = NetworkPacket(packet) else {
      self = .malformed
      return
    }
    switch frame {
    case .ip(let bytes): self = Self.ip(bytes, of: packet)
    case .other: self = .other
    }
  }

  private static func ip(_ bytes: ArraySlice<UInt8>, of packet: CapturedPacket) -> Dissection {
    switch bytes.first.map({ $0 >> 4 }) {
    case 4: version4(bytes, of: packet)
    case 6: version6(bytes, of: packet)
    default: .malformed
    }
  }

  /// RFC 791, section 3.1.
  private static func version4(
    _ bytes: ArraySlice<UInt8>, of packet: CapturedPacket
  ) -> Dissection {
    var reader = ByteReader(bytes)
    guard let first = reader.byte(), reader.skip(1) != nil, let total = reader.uint16(),
      let number = reader.uint16(), let fragment = reader.uint16(), reader.skip(1) != nil,
      let protocolNumber = reader.byte(), reader.skip(2) != nil, let source = reader.take(4),
      let destination = reader.take(4)
    else { return .malformed }
    let header = Int(first & 0x0F) * 4
    guard header >= 20, reader.skip(header - 20) != nil else { return .malformed }
    // More fragments follow, or this is not the first one.
    guard fragment & 0x3FFF == 0 else { return .fragment }
    guard protocolNumber == 6 else { return .other }
    // A packet that the network card will cut up has no length yet.
    let length = total == 0 ? wireLength(of: bytes, packet) - header : Int(total) - header
    return tcp(reader, length: length, source, destination, number: number, of: packet)
  }

  /// RFC 8200, sections 3 and 4.
  private static func version6(
    _ bytes: ArraySlice<UInt8>, of packet: CapturedPacket
  ) -> Dissection {
    var reader = ByteReader(bytes)
    guard reader.skip(4) != nil, let total = reader.uint16(), var next = reader.byte(),
      reader.skip(1) != nil, let source = reader.take(16), let destination = reader.take(16)
    else { return .malformed }
    var length = total == 0 ? wireLength(of: bytes, packet) - 40 : Int(total)
    // No honest packet has more than a handful of these.
    for _ in 0..<16 {
      let before = reader.count
      switch next {
      case 6: return tcp(reader, length: length, source, destination, of: packet)
      case 0, 43, 60, 135, 139, 140, 51:
        // Lengths count eight bytes beyond the first eight, but those of AH count four.
        guard let following = reader.byte(), let units = reader.byte() else { return .malformed }
        let size = next == 51 ? (Int(units) + 2) * 4 : (Int(units) + 1) * 8
        guard reader.skip(size - 2) != nil else { return .malformed }
        next = following
      case 44:
        guard let following = reader.byte(), reader.skip(1) != nil, let place = reader.uint16(),
          reader.skip(4) != nil
        else { return .malformed }
        guard place & 0xFFF9 == 0 else { return .fragment }
        next = following
      default: return .other
      }
      length -= before - reader.count
    }
    return .malformed
  }

  /// How long the IP packet was on the wire, from what the capture kept of it.
  private static func wireLength(of bytes: ArraySlice<UInt8>, _ packet: CapturedPacket) -> Int {
    packet.originalLength - (packet.bytes.count - bytes.count)
  }

  /// RFC 9293, section 3.1.
  private static func tcp(
    _ header: ByteReader, length: Int, _ source: ArraySlice<UInt8>,
    _ destination: ArraySlice<UInt8>, number: UInt16? = nil, of packet: CapturedPacket
  ) -> Dissection {
    var reader = header
    guard let sourcePort = reader.uint16(), let destinationPort = reader.uint16(),
      let sequence = reader.uint32(), let acknowledgement = reader.uint32(),
      let size = reader.byte(), let flags = reader.byte(), let window = reader.uint16(),
      reader.skip(4) != nil
    else { return .malformed }
    let headerLength = Int(size >> 4) * 4
    guard headerLength >= 20, length >= headerLength else { return .malformed }
    // Where a capture kept less than the options, it kept no data either.
    let options = reader.take(headerLength - 20)
    let data = options == nil ? [] : reader.rest
    let opens = TCPSegment.Flags(rawValue: flags).contains(.syn)
    let dataLength = length - headerLength
    return .segment(
      TCPSegment(
        time: packet.time, interface: packet.interface,
        source: Endpoint(address: source, port: sourcePort),
        destination: Endpoint(address: destination, port: destinationPort),
        sequence: SequenceNumber(value: sequence),
        acknowledgement: SequenceNumber(value: acknowledgement),
        flags: TCPSegment.Flags(rawValue: flags), window: window, length: dataLength,
        // What stands behind the packet is padding of the link.
        data: data.prefix(dataLength), packetLength: packet.originalLength, number: number,
        optionsLength: headerLength - 20,
        maximumSize: opens ? options.flatMap(maximumSize) : nil))
  }

  /// The most data that the sender of a SYN takes in one segment, as its options say (RFC 9293,
  /// section 3.2).
  private static func maximumSize(in options: ArraySlice<UInt8>) -> UInt16? {
    var reader = ByteReader(options)
    while let kind = reader.byte(), kind != 0 {
      if kind == 1 { continue }
      guard let length = reader.byte(), length >= 2 else { return nil }
      if kind == 2, length == 4 { return reader.uint16() }
      guard reader.skip(Int(length) - 2) != nil else { return nil }
    }
    return nil
  }
}
