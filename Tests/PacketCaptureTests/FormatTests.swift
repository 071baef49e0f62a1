import PacketCapture
import Testing

@Suite struct FormatTests {
  /// A SYN, from its IP header on.
  static let syn: [UInt8] = {
    var wire = WirePackets()
    wire.add(at: 0, fromClient: true, flags: WirePackets.syn)
    return wire.packets[0].bytes
  }()

  static func pcap(
    magic: UInt32, isLittleEndian: Bool, linkType: UInt32, packet: [UInt8], fraction: UInt32 = 5
  ) -> [UInt8] {
    func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
      isLittleEndian ? number.littleEndianBytes : number.bigEndianBytes
    }
    return bytes(magic) + bytes(2 as UInt16) + bytes(4 as UInt16) + bytes(0 as UInt64)
      + bytes(65535 as UInt32) + bytes(linkType) + bytes(100 as UInt32) + bytes(fraction)
      + bytes(UInt32(packet.count)) + bytes(UInt32(packet.count)) + packet
  }

  @Test(arguments: [true, false], [0xA1B2_C3D4 as UInt32, 0xA1B2_3C4D])
  func `pcap is read in both byte orders, with microseconds and nanoseconds`(
    isLittleEndian: Bool, magic: UInt32
  ) throws {
    let bytes = Self.pcap(
      magic: magic, isLittleEndian: isLittleEndian, linkType: 101, packet: Self.syn)
    let report = try FlowReport(ofBytes: bytes)
    let fraction: Int64 = magic == 0xA1B2_3C4D ? 5 : 5000
    #expect(report.span == (100_000_000_000 + fraction)...(100_000_000_000 + fraction))
    #expect(report.flows.map(\.client) == ["198.18.0.5:41022"])
    #expect(report.flows.map(\.server) == ["198.18.0.3:8000"])
  }

  /// Each kind of link header, and the same packet behind it.
  static let links: [(type: UInt32, header: [UInt8])] = [
    (1, [UInt8](repeating: 0, count: 12) + [0x08, 0x00]),
    (1, [UInt8](repeating: 0, count: 12) + [0x81, 0x00, 0, 7, 0x08, 0x00]),
    (1, [UInt8](repeating: 0, count: 12) + [0x88, 0xA8, 0, 7, 0x81, 0x00, 0, 9, 0x08, 0x00]),
    (113, [UInt8](repeating: 0, count: 14) + [0x08, 0x00]),
    (276, [0x08, 0x00] + [UInt8](repeating: 0, count: 18)),
    (0, [2, 0, 0, 0]), (0, [0, 0, 0, 2]), (108, [0, 0, 0, 2]), (101, []), (12, []), (228, []),
  ]

  @Test(arguments: links)
  func `the header of every known link is taken off`(type: UInt32, header: [UInt8]) throws {
    let bytes = Self.pcap(
      magic: 0xA1B2_C3D4, isLittleEndian: true, linkType: type, packet: header + Self.syn)
    #expect(try FlowReport(ofBytes: bytes).flows.map(\.server) == ["198.18.0.3:8000"])
  }

  @Test func `IPv6 is read through its extension headers`() throws {
    let tcp = Array(Self.syn.dropFirst(20))
    let source: [UInt8] = [0xFD, 0] + [UInt8](repeating: 0, count: 13) + [1]
    let destination: [UInt8] = [0xFD, 0] + [UInt8](repeating: 0, count: 13) + [2]
    // Hop-by-hop options, then a fragment header that says "the whole packet".
    let extensions: [UInt8] = [44, 0, 1, 4, 0, 0, 0, 0] + [6, 0, 0, 0, 1, 2, 3, 4]
    let length = UInt16(extensions.count + tcp.count)
    let packet =
      [0x60, 0, 0, 0] + length.bigEndianBytes + [0, 64] + source + destination + extensions + tcp
    let bytes = Self.pcap(
      magic: 0xA1B2_C3D4, isLittleEndian: true, linkType: 229, packet: packet)
    let flow = try #require(try FlowReport(ofBytes: bytes).flows.first)
    #expect(flow.client == "[fd00::1]:41022")
    #expect(flow.server == "[fd00::2]:8000")
  }

  @Test func `fragments of IP are counted and said`() throws {
    var wire = WirePackets()
    wire.packets = [
      (0, WirePackets.version4(Array(repeating: 0, count: 40), fragment: 0x2000)),
      (1, WirePackets.version4(Array(repeating: 0, count: 40), fragment: 5)),
    ]
    let report = try wire.report()
    #expect(report.flows.isEmpty)
    #expect(report.fragments == 2)
    #expect(report.notes == ["2 packets are fragments of IP and belong to no flow here."])
  }

  // MARK: What is no packet file

  @Test(arguments: [
    ([], "test.pcap: at byte 0: the file is empty; name a file of captured packets"),
    (
      Array("hello world, this is no packet file at all".utf8),
      "test.pcap: at byte 4: this is no packet file; name one in the format pcap or pcapng, as"
        + " tcpdump and Wireshark write them, not compressed"
    ),
    (
      pcap(magic: 0xA1B2_C3D4, isLittleEndian: true, linkType: 127, packet: []),
      "test.pcap: at byte 24: packets of link type 127 are not understood; capture at an Ethernet,"
        + " loopback or \"any\" interface"
    ),
  ])
  func `what cannot be read is refused in one sentence with the place`(
    bytes: [UInt8], sentence: String
  ) {
    let failure = #expect(throws: PacketFileError.self) { try FlowReport(ofBytes: bytes) }
    #expect(failure?.description == sentence)
  }

  @Test func `a length that cannot be is refused at its packet`() throws {
    var bytes = Self.pcap(
      magic: 0xA1B2_C3D4, isLittleEndian: true, linkType: 101, packet: Self.syn)
    let second = bytes.count
    bytes += [UInt8](repeating: 0xFF, count: 40)
    let failure = #expect(throws: PacketFileError.self) { try FlowReport(ofBytes: bytes) }
    #expect(failure?.offset == second)
    #expect(failure?.reason.contains("4294967295 bytes cannot be") == true)
  }

  @Test func `a file that is cut short tells what it holds, and where it ends`() throws {
    var wire = WirePackets()
    wire.open()
    let report = try FlowReport(ofBytes: wire.file.dropLast(7))
    #expect(report.captured == 2)
    #expect(report.cutShort?.offset == 24 + 2 * 56)
    #expect(
      report.notes == [
        "test.pcap: at byte 136: the file ends here, 7 bytes too early; it was cut short; what came"
          + " before is counted."
      ])
  }
}
