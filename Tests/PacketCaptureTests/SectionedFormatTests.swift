import PacketCapture
import Testing

/// A file of the format pcapng, block by block.
struct SectionedFile {
  var isLittleEndian = true
  var bytes: [UInt8] = []

  func number(_ number: some FixedWidthInteger) -> [UInt8] {
    isLittleEndian ? number.littleEndianBytes : number.bigEndianBytes
  }

  mutating func block(_ type: UInt32, _ body: [UInt8]) {
    let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    let length = number(UInt32(padded.count + 12))
    bytes += number(type) + length + padded + length
  }

  mutating func section() {
    block(
      0x0A0D_0D0A,
      number(0x1A2B_3C4D as UInt32) + number(1 as UInt16) + number(0 as UInt16)
        + number(-1 as Int64))
  }

  mutating func interface(linkType: UInt16 = 101, options: [UInt8] = []) {
    block(1, number(linkType) + number(0 as UInt16) + number(65535 as UInt32) + options)
  }

  func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    number(code) + number(UInt16(value.count)) + value
      + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
  }

  mutating func packet(_ packet: [UInt8], interface: UInt32 = 0, stamp: UInt64) {
    let padding = [UInt8](repeating: 0, count: (4 - packet.count % 4) % 4)
    block(
      6,
      number(interface) + number(UInt32(stamp >> 32)) + number(UInt32(stamp & 0xFFFF_FFFF))
        + number(UInt32(packet.count)) + number(UInt32(packet.count)) + packet + padding
        + option(1, Array("a comment".utf8)) + number(0 as UInt32))
  }
}

@Suite struct SectionedFormatTests {
  @Test(arguments: [true, false])
  func `pcapng is read with the clock of each interface`(isLittleEndian: Bool) throws {
    var file = SectionedFile(isLittleEndian: isLittleEndian)
    file.section()
    file.interface()
    // Nanoseconds; sixteenths of a second and an offset; and another kind of link besides.
    file.interface(options: file.option(9, [9]))
    file.interface(
      linkType: 1,
      options: file.option(9, [0x84]) + file.option(14, file.number(100 as Int64)))
    file.packet(FormatTests.syn, interface: 0, stamp: 1_000_000)
    file.packet(FormatTests.syn, interface: 1, stamp: 2_000_000_001)
    let frame = [UInt8](repeating: 0, count: 12) + [0x08, 0x00] + FormatTests.syn
    file.packet(frame, interface: 2, stamp: 40)
    let report = try FlowReport(ofBytes: file.bytes)
    #expect(report.captured == 3)
    #expect(report.span == 1_000_000_000...102_500_000_000)
    #expect(report.flows.count == 3, "what is seen at two interfaces is not sent twice")
  }

  @Test func `simple and obsolete packets, unknown blocks and a second section are read`() throws {
    var file = SectionedFile()
    file.section()
    file.interface()
    file.block(0x0BAD, [1, 2, 3, 4])
    file.block(3, file.number(UInt32(FormatTests.syn.count)) + FormatTests.syn)
    let length = file.number(UInt32(FormatTests.syn.count))
    file.block(
      2,
      file.number(0 as UInt32) + file.number(0 as UInt32) + file.number(7 as UInt32) + length
        + length + FormatTests.syn)
    file.isLittleEndian = false
    file.section()
    file.interface()
    file.packet(FormatTests.syn, stamp: 9)
    let report = try FlowReport(ofBytes: file.bytes)
    #expect(report.captured == 3)
    #expect(report.span == 0...9000)
    #expect(report.flows.map(\.packets) == [2, 1])
  }

  @Test func `what the capture lost is the last word of each interface`() throws {
    var file = SectionedFile()
    file.section()
    file.interface()
    file.interface()
    func statistics(_ interface: UInt32, _ lost: UInt64) -> [UInt8] {
      file.number(interface) + file.number(0 as UInt64) + file.option(5, file.number(1 as UInt64))
        + file.option(7, file.number(lost)) + file.number(0 as UInt32)
    }
    file.block(5, statistics(0, 3))
    file.block(5, statistics(0, 10))
    file.block(5, statistics(1, 20))
    let report = try FlowReport(ofBytes: file.bytes)
    #expect(report.dropped == 32)
    #expect(report.saysDropped)
    #expect(report.notes.first?.hasPrefix("32 packets were lost by the capture itself") == true)
  }

  @Test func `a packet of an interface that is not there is refused at its place`() throws {
    var file = SectionedFile()
    file.section()
    let place = file.bytes.count
    file.packet(FormatTests.syn, interface: 3, stamp: 1)
    let failure = #expect(throws: PacketFileError.self) { try FlowReport(ofBytes: file.bytes) }
    #expect(failure?.offset == place)
    #expect(failure?.reason == "there is a packet of interface 3, which is not described")
  }

  @Test func `a block with two lengths is refused at its place`() throws {
    var file = SectionedFile()
    file.section()
    let place = file.bytes.count
    file.interface()
    file.bytes[file.bytes.count - 4] = 24
    let failure = #expect(throws: PacketFileError.self) { try FlowReport(ofBytes: file.bytes) }
    #expect(failure?.offset == place)
  }

  @Test func `stamps that no clock can show are held at the ends of time`() throws {
    var file = SectionedFile()
    file.section()
    file.interface(options: file.option(9, [0]) + file.option(14, file.number(Int64.max)))
    file.interface(options: file.option(9, [0xFF]) + file.option(14, file.number(Int64.min)))
    file.packet(FormatTests.syn, interface: 0, stamp: .max)
    file.packet(FormatTests.syn, interface: 1, stamp: .max)
    let report = try FlowReport(ofBytes: file.bytes)
    #expect(report.captured == 2)
    #expect(report.json.contains("\"from\" : \"1970-01-01T00:00:00.999999999Z\""))
  }
}
