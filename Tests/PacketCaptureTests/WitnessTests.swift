import PacketCapture
import Testing

struct WitnessTests {
  /// What a witness at the server counts of packets, between two times in milliseconds.
  private func figures(
    _ packets: WirePackets, from: Double = 0, until: Double = 10_000, checksBytes: Bool = false,
    peers: [String] = [], port: Int? = nil
  ) throws -> TrafficFigures {
    let witness = TrafficWitness(
      .init(
        own: [try #require(AddressRange("198.18.0.3"))],
        peers: try peers.map { try #require(AddressRange($0)) }, port: port,
        checksBytes: checksBytes))
    var file = try PacketFile(name: "test.pcap", bytes: packets.file)
    while case .packet(let packet) = try file.next() { witness.take(packet) }
    func nanoseconds(_ milliseconds: Double) -> Int64 {
      1_700_000_000_000_000_000 + Int64(milliseconds * 1e6)
    }
    return witness.figures(in: [nanoseconds(from)..<nanoseconds(until)])
  }

  /// An open connection, on which the server has sent packets with these numbers.
  private func answers(_ numbers: [UInt16]) -> WirePackets {
    var packets = WirePackets()
    packets.open()
    for (place, number) in numbers.enumerated() {
      packets.add(
        at: 10 + Double(place), fromClient: false, flags: WirePackets.ack, number: number,
        data: [1])
      packets.serverNext += 1
    }
    return packets
  }

  @Test func `a number that never comes is a lost packet`() throws {
    let sent = try figures(answers([100, 101, 104, 105])).sent
    #expect(sent.missing == 2)
    #expect(sent.numbered == 3, "nobody knows what came before the first")
    #expect(sent.counted == 4 && sent.repeated == 0 && sent.late == 0)
  }

  @Test func `numbers go on at 0 after the last`() throws {
    let sent = try figures(answers([65_534, 65_535, 1, 2])).sent
    #expect(sent.missing == 1 && sent.numbered == 3)
  }

  @Test func `a number that comes twice is a packet that the network doubled`() throws {
    let sent = try figures(answers([100, 101, 101, 102])).sent
    #expect(sent.repeated == 1 && sent.missing == 0)
  }

  @Test func `a number that comes late was overtaken, and is not lost`() throws {
    let sent = try figures(answers([100, 102, 101, 103])).sent
    #expect(sent.late == 1 && sent.missing == 0)
  }

  @Test func `a count that begins anew loses nothing`() throws {
    let sent = try figures(answers([100, 101, 30_000, 30_001, 30_002])).sent
    #expect(sent.missing == 0 && sent.repeated == 0)
  }

  @Test func `a batch that is cut up later takes as many numbers as it makes packets`() throws {
    var packets = WirePackets()
    packets.open(maximumSize: 1460)
    for (number, size) in [(100, 1), (101, 6000), (106, 1460), (107, 6000), (113, 1)] {
      packets.add(
        at: 20, fromClient: false, flags: WirePackets.ack, number: UInt16(number),
        data: [UInt8](repeating: 1, count: size))
      packets.serverNext += UInt32(size)
    }
    let sent = try figures(packets).sent
    #expect(sent.missing == 1 && sent.numbered == 4)
    #expect(sent.numbers == 5 + 1 + 5 + 1)
  }

  @Test func `what follows a batch of an unknown number of packets says nothing`() throws {
    var packets = answers([100])
    packets.add(
      at: 20, fromClient: false, flags: WirePackets.ack, number: 101,
      data: [UInt8](repeating: 1, count: 6000))
    packets.serverNext += 6000
    packets.add(at: 21, fromClient: false, flags: WirePackets.ack, number: 106, data: [1])
    #expect(try figures(packets).sent.missing == 0)
  }

  @Test func `the answer to a SYN tells the time that the network took`() throws {
    var packets = WirePackets()
    packets.add(at: 0, fromClient: true, flags: WirePackets.syn)
    packets.clientNext += 1
    packets.add(at: 100, fromClient: false, flags: WirePackets.synAck)
    #expect(try figures(packets).openings == [100_000_000])
  }

  @Test func `a segment that comes again was lost, or its acknowledgement was`() throws {
    var packets = WirePackets()
    packets.open()
    packets.send(at: 10, fromClient: true, "GET / HTTP/1.1")
    packets.clientNext -= 14
    packets.send(at: 210, fromClient: true, "GET / HTTP/1.1")
    packets.add(at: 211, fromClient: false, flags: WirePackets.ack)
    let figures = try figures(packets)
    #expect(figures.received.asking == 3 && figures.received.resent == 1)
    #expect(figures.acknowledgements == [201_000_000], "the first question counts")
  }

  @Test func `only whole tenths of a second within the time count`() throws {
    var packets = WirePackets()
    for time in [50.0, 150, 250] {
      packets.add(at: time, fromClient: false, flags: WirePackets.ack)
    }
    #expect(try figures(packets, from: 60, until: 290).sent.packets == 1)
    #expect(try figures(packets, from: 0, until: 300).sent.packets == 3)
  }

  @Test func `other ends and ports than those asked for are passed over`() throws {
    let packets = answers([1, 2])
    #expect(try figures(packets, peers: ["198.18.0.0/24"]).sent.packets == 3)
    #expect(try figures(packets, peers: ["198.18.0.6"]).sent.packets == 0)
    #expect(try figures(packets, port: 8000).sent.packets == 3)
    #expect(try figures(packets, port: 80).sent.packets == 0)
  }

  @Test func `a flipped bit is damage, and a checksum that the card is to make is none`() throws {
    var packets = answers([1, 2, 3, 4])
    for index in packets.packets.indices { packets.makeChecksums(at: index) }
    packets.leaveChecksumToCard(at: 4)
    #expect(try figures(packets, checksBytes: true).sent.damaged == 0)
    packets.packets[5].bytes[40] ^= 4
    let sent = try figures(packets, checksBytes: true).sent
    #expect(sent.damaged == 1 && sent.missing == 0)
  }

  @Test func `a damaged number is not believed`() throws {
    var packets = answers([1, 2, 3, 4, 6])
    for index in packets.packets.indices { packets.makeChecksums(at: index) }
    packets.packets[5].bytes[5] ^= 64
    let sent = try figures(packets, checksBytes: true).sent
    #expect(sent.damaged == 1 && sent.missing == 1 && sent.repeated == 0)
  }

  @Test(arguments: ["198.18.0.3", "198.18.0.0/15", "fd00::1", "::/0"])
  func `an address or a block of them is a range`(text: String) {
    #expect(AddressRange(text) != nil)
  }

  @Test(arguments: ["198.18.0", "198.18.0.3/33", "fd00::1/x", "", "web"])
  func `other texts are none`(text: String) {
    #expect(AddressRange(text) == nil)
  }
}

extension WirePackets {
  /// Fills in the checksums of a packet, as RFC 791 and RFC 9293 say.
  fileprivate mutating func makeChecksums(at index: Int) {
    var bytes = packets[index].bytes
    let segment = Array(bytes[20...])
    put(~sum(Array(bytes[..<20])), at: 10, in: &bytes)
    put(~sum(segment, pseudo(bytes)), at: 36, in: &bytes)
    packets[index].bytes = bytes
  }

  /// Leaves only the sum of the pseudo header in the field, as a host does for its card.
  fileprivate mutating func leaveChecksumToCard(at index: Int) {
    let start = pseudo(packets[index].bytes)
    put(sum([], start), at: 36, in: &packets[index].bytes)
  }

  private func pseudo(_ bytes: [UInt8]) -> Int {
    Int(sum(Array(bytes[12..<20]))) + 6 + bytes.count - 20
  }

  private func sum(_ bytes: [UInt8], _ start: Int = 0) -> UInt16 {
    var sum = start
    for (place, byte) in bytes.enumerated() { sum += Int(byte) << (place % 2 == 0 ? 8 : 0) }
    while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
    return UInt16(sum)
  }

  private func put(_ value: UInt16, at place: Int, in bytes: inout [UInt8]) {
    bytes.replaceSubrange(place..<place + 2, with: value.bigEndianBytes)
  }
}
