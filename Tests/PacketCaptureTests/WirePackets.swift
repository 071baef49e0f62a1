import PacketCapture

/// Packets written by hand: a TCP conversation, with or without accidents.
struct WirePackets {
  static let client: [UInt8] = [198, 18, 0, 5]
  static let server: [UInt8] = [198, 18, 0, 3]
  static let syn: UInt8 = 2
  static let synAck: UInt8 = 18
  static let ack: UInt8 = 16
  static let finAck: UInt8 = 17
  static let rst: UInt8 = 4

  /// The packets from the IP header on, with their times in milliseconds.
  var packets: [(milliseconds: Double, bytes: [UInt8])] = []
  /// How much of each packet the file keeps, in bytes.
  var snapLength = Int.max
  var clientNext: UInt32 = 1000
  var serverNext: UInt32 = 5000

  /// Adds the three packets that open a connection, one millisecond each.
  ///
  /// - Parameter maximumSize: the most data in one segment, as both ends say; nothing when nil.
  mutating func open(at time: Double = 0, maximumSize: UInt16? = nil) {
    let options = maximumSize.map { [2, 4] + $0.bigEndianBytes } ?? []
    add(at: time, fromClient: true, flags: Self.syn, sequence: clientNext, options: options)
    clientNext += 1
    add(
      at: time + 1, fromClient: false, flags: Self.synAck, sequence: serverNext, options: options)
    serverNext += 1
    add(at: time + 2, fromClient: true, flags: Self.ack)
  }

  /// Adds data in its order.
  mutating func send(at time: Double, fromClient: Bool, _ text: String) {
    add(at: time, fromClient: fromClient, flags: Self.ack, data: Array(text.utf8))
    if fromClient {
      clientNext += UInt32(text.utf8.count)
    } else {
      serverNext += UInt32(text.utf8.count)
    }
  }

  /// Adds one packet with any numbers; those that are left out are what comes next.
  mutating func add(
    at time: Double, fromClient: Bool, flags: UInt8, sequence: UInt32? = nil,
    acknowledgement: UInt32? = nil, window: UInt16 = 500, number ipNumber: UInt16 = 0,
    options: [UInt8] = [], data: [UInt8] = []
  ) {
    let number = sequence ?? (fromClient ? clientNext : serverNext)
    let other = acknowledgement ?? (fromClient ? serverNext : clientNext)
    let ports: [UInt8] = fromClient ? [0xA0, 0x3E, 0x1F, 0x40] : [0x1F, 0x40, 0xA0, 0x3E]
    let tcp =
      ports + number.bigEndianBytes + (flags & Self.ack == 0 ? 0 : other).bigEndianBytes
      + [UInt8(0x50 + options.count * 4), flags]
      + [UInt8(window >> 8), UInt8(window & 0xFF), 0, 0, 0, 0] + options + data
    packets.append((time, Self.version4(tcp, fromClient: fromClient, number: ipNumber)))
  }

  static func version4(
    _ payload: [UInt8], fromClient: Bool = true, fragment: UInt16 = 0, protocolNumber: UInt8 = 6,
    number: UInt16 = 0
  ) -> [UInt8] {
    let length = UInt16(20 + payload.count)
    return [0x45, 0, UInt8(length >> 8), UInt8(length & 0xFF)] + number.bigEndianBytes
      + [UInt8(fragment >> 8), UInt8(fragment & 0xFF), 64, protocolNumber, 0, 0]
      + (fromClient ? client + server : server + client) + payload
  }

  /// The packets as a pcap file of raw IP, in the byte order and with the stamps of most machines.
  var file: [UInt8] {
    var bytes = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0] + [UInt8](repeating: 0, count: 8)
    bytes += (262_144 as UInt32).littleEndianBytes + (101 as UInt32).littleEndianBytes
    for packet in packets {
      let microseconds = UInt64(packet.milliseconds * 1000)
      bytes += UInt32(1_700_000_000 + microseconds / 1_000_000).littleEndianBytes
      bytes += UInt32(microseconds % 1_000_000).littleEndianBytes
      let kept = packet.bytes.prefix(snapLength)
      bytes += UInt32(kept.count).littleEndianBytes
      bytes += UInt32(packet.bytes.count).littleEndianBytes + kept
    }
    return bytes
  }

  /// What is found in the packets.
  func report(faults: FaultPhases = FaultPhases([])) throws -> FlowReport {
    try FlowReport(ofBytes: file, faults: faults)
  }

  /// What is found of their only connection.
  func flow() throws -> FlowReport.Flow {
    let report = try report()
    guard report.flows.count == 1 else { throw Surprise(text: "\(report.flows)") }
    return report.flows[0]
  }

  struct Surprise: Error { var text: String }
}

extension FlowReport {
  init(ofBytes bytes: [UInt8], faults: FaultPhases = FaultPhases([])) throws {
    var file = try PacketFile(name: "test.pcap", bytes: bytes)
    try self.init(reading: &file, faults: faults)
  }
}

extension FixedWidthInteger {
  var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
  var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
