/// The format pcapng: blocks in sections, with interfaces of their own (draft-ietf-opsawg-pcapng).
struct SectionedFormat {
  /// The first four bytes, which read the same in both byte orders.
  static let magic: [UInt8] = [0x0A, 0x0D, 0x0D, 0x0A]
  /// The longest block that is believed, in bytes: a packet with many options is far shorter.
  static let longestBlock = 1 << 24

  private struct Interface {
    var number: Int
    var linkType: LinkType
    var snapLength: Int
    var clock = InterfaceClock()
  }

  private var isLittleEndian = false
  /// The interfaces of this section, in the order of their numbers.
  private var interfaces: [Interface] = []
  /// How many interfaces there were in all sections.
  private var interfaceCount = 0
  /// The last stamp, for packets that have none.
  private var lastTime: Int64 = 0
  /// What each interface said last of the packets that it lost.
  private var droppedByInterface: [Int: UInt64] = [:]

  var dropped: Int {
    let sum = droppedByInterface.values.reduce(0 as UInt64) { sum, count in
      let (total, overflows) = sum.addingReportingOverflow(count)
      return overflows ? .max : total
    }
    return Int(min(sum, UInt64(Int.max)))
  }

  var saysDropped: Bool { !droppedByInterface.isEmpty }

  /// Reads the header of the first section behind its first four bytes.
  init(after magic: ArraySlice<UInt8>, in stream: inout ByteStream) throws(Damage) {
    try beginSection(in: &stream)
  }

  /// The next packet; nil at the end.
  mutating func next(in stream: inout ByteStream) throws(Damage) -> CapturedPacket? {
    while try !stream.isAtEnd() {
      let type = try stream.take(4)
      if Array(type) == Self.magic {
        try beginSection(in: &stream)
        continue
      }
      var kind = ByteReader(type, isLittleEndian: isLittleEndian)
      var body = ByteReader(try block(in: &stream), isLittleEndian: isLittleEndian)
      switch kind.uint32() {
      case 1: try addInterface(&body)
      case 2: return try packet(&body, isObsolete: true)
      case 3: return try simplePacket(&body)
      case 5: readStatistics(&body)
      case 6: return try packet(&body, isObsolete: false)
      default: break
      }
    }
    return nil
  }

  // MARK: Blocks

  private mutating func beginSection(in stream: inout ByteStream) throws(Damage) {
    let start = try stream.take(8)
    switch Array(start.suffix(4)) {
    case [0x1A, 0x2B, 0x3C, 0x4D]: isLittleEndian = false
    case [0x4D, 0x3C, 0x2B, 0x1A]: isLittleEndian = true
    default: throw Damage(reason: "the section has no byte order; the file is damaged from here on")
    }
    interfaces = []
    var length = ByteReader(start.prefix(4), isLittleEndian: isLittleEndian)
    let body = try rest(ofBlock: length.uint32() ?? 0, alreadyRead: 12, in: &stream)
    var header = ByteReader(body, isLittleEndian: isLittleEndian)
    guard header.uint16() == 1 else {
      throw Damage(reason: "only version 1 of the format pcapng is known")
    }
  }

  /// The body of a block whose type has been read.
  private func block(in stream: inout ByteStream) throws(Damage) -> ArraySlice<UInt8> {
    var length = ByteReader(try stream.take(4), isLittleEndian: isLittleEndian)
    return try rest(ofBlock: length.uint32() ?? 0, alreadyRead: 8, in: &stream)
  }

  private func rest(
    ofBlock length: UInt32, alreadyRead: Int, in stream: inout ByteStream
  ) throws(Damage) -> ArraySlice<UInt8> {
    guard length % 4 == 0, length >= alreadyRead + 4, length <= Self.longestBlock else {
      throw Damage(
        reason: "a block of \(length) bytes cannot be; the file is damaged from here on")
    }
    let bytes = try stream.take(Int(length) - alreadyRead)
    var again = ByteReader(bytes.suffix(4), isLittleEndian: isLittleEndian)
    guard again.uint32() == length else {
      throw Damage(
        reason: "the block says two different lengths; the file is damaged from here on")
    }
    return bytes.dropLast(4)
  }

  private mutating func addInterface(_ body: inout ByteReader) throws(Damage) {
    guard let type = body.uint16(), body.skip(2) != nil, let snapLength = body.uint32() else {
      throw Damage(reason: "the description of an interface is too short")
    }
    var interface = Interface(
      number: interfaceCount, linkType: LinkType(rawValue: UInt32(type)),
      snapLength: snapLength == 0 ? PacketFile.longestPacket : Int(snapLength))
    eachOption(of: &body) { code, value in
      var value = ByteReader(value, isLittleEndian: isLittleEndian)
      if code == 9, let resolution = value.byte() { interface.clock.set(resolution: resolution) }
      if code == 14, let offset = value.uint64() {
        interface.clock.offsetSeconds = Int64(bitPattern: offset)
      }
    }
    interfaces.append(interface)
    interfaceCount += 1
  }

  private mutating func packet(
    _ body: inout ByteReader, isObsolete: Bool
  ) throws(Damage) -> CapturedPacket {
    // The obsolete block has two bytes of lost packets behind a shorter number.
    let number = isObsolete ? body.uint16().map(UInt32.init) : body.uint32()
    if isObsolete { _ = body.uint16() }
    guard let number, let high = body.uint32(), let low = body.uint32(),
      let kept = body.uint32(), let length = body.uint32(), let bytes = body.take(Int(kept))
    else { throw Damage(reason: "the packet is longer than its block") }
    let interface = try interface(Int(number))
    lastTime = interface.clock.nanoseconds(UInt64(high) << 32 | UInt64(low))
    return try packet(bytes, length: length, at: interface)
  }

  private func simplePacket(_ body: inout ByteReader) throws(Damage) -> CapturedPacket {
    let interface = try interface(0)
    guard let length = body.uint32(),
      let bytes = body.take(min(Int(length), interface.snapLength, body.count))
    else { throw Damage(reason: "the packet is shorter than its own length") }
    return try packet(bytes, length: length, at: interface)
  }

  private func packet(
    _ bytes: ArraySlice<UInt8>, length: UInt32, at interface: Interface
  ) throws(Damage) -> CapturedPacket {
    guard bytes.count <= PacketFile.longestPacket else {
      throw Damage(reason: "a packet of \(bytes.count) bytes cannot be; the file is damaged")
    }
    return CapturedPacket(
      time: lastTime, linkType: interface.linkType, interface: interface.number,
      originalLength: max(Int(length), bytes.count), bytes: bytes)
  }

  private func interface(_ number: Int) throws(Damage) -> Interface {
    guard interfaces.indices.contains(number) else {
      throw Damage(reason: "there is a packet of interface \(number), which is not described")
    }
    return interfaces[number]
  }

  /// Keeps what an interface says of lost packets; the last word holds, since it counts on.
  private mutating func readStatistics(_ body: inout ByteReader) {
    guard let number = body.uint32(), interfaces.indices.contains(Int(number)),
      body.skip(8) != nil
    else { return }
    var lost: UInt64?
    eachOption(of: &body) { code, value in
      // Lost by the interface (5) and by the operating system (7).
      guard code == 5 || code == 7 else { return }
      var value = ByteReader(value, isLittleEndian: isLittleEndian)
      guard let count = value.uint64() else { return }
      let (sum, overflows) = (lost ?? 0).addingReportingOverflow(count)
      lost = overflows ? .max : sum
    }
    if let lost { droppedByInterface[interfaces[Int(number)].number] = lost }
  }

  private func eachOption(
    of body: inout ByteReader, _ use: (UInt16, ArraySlice<UInt8>) -> Void
  ) {
    while let code = body.uint16(), let length = body.uint16(), code != 0,
      let value = body.take(Int(length))
    {
      use(code, value)
      // Values are padded to a multiple of four bytes.
      _ = body.skip((4 - Int(length) % 4) % 4)
    }
  }
}
