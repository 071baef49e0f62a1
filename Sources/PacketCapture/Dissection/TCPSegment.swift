/// What one packet says as a part of a TCP connection.
struct TCPSegment {
  /// The bits that steer a connection (RFC 9293, section 3.1).
  struct Flags: OptionSet {
    var rawValue: UInt8
    static let fin = Flags(rawValue: 1)
    static let syn = Flags(rawValue: 2)
    static let reset = Flags(rawValue: 4)
    static let acknowledgement = Flags(rawValue: 16)
  }

  /// When it was seen, in nanoseconds since 1970.
  var time: Int64
  var interface: Int
  var source: Endpoint
  var destination: Endpoint
  var sequence: SequenceNumber
  var acknowledgement: SequenceNumber
  var flags: Flags
  /// The window as it stands in the header, before any scale.
  var window: UInt16
  /// How many bytes of data it carried on the wire.
  var length: Int
  /// The bytes that were kept of its data, from the first one on.
  var data: ArraySlice<UInt8>
  /// How long the whole packet was on the wire, in bytes.
  var packetLength: Int
  /// The number that its sender gave the IPv4 packet; nil for IPv6, which has none.
  var number: UInt16?
  /// How many bytes of options its header has.
  var optionsLength: Int
  /// The most data that its sender takes in one segment, as a SYN says; nil where none does.
  var maximumSize: UInt16?

  /// The number behind its last byte, where SYN and FIN do not count.
  var end: SequenceNumber { sequence + length }

  /// Whether it can be the first segment of a connection.
  var opensConnection: Bool { flags.intersection([.syn, .acknowledgement]) == .syn }

  /// Whether it begins, ends or breaks a connection.
  var steers: Bool { !flags.isDisjoint(with: [.syn, .fin, .reset]) }
}

/// A place in the bytes of one direction, which are counted modulo 2^32 (RFC 9293, section 3.4).
struct SequenceNumber: Hashable {
  var value: UInt32

  /// How far this place is behind another, from -2^31 to 2^31 - 1.
  func distance(from other: SequenceNumber) -> Int {
    Int(Int32(bitPattern: value &- other.value))
  }

  static func + (number: SequenceNumber, count: Int) -> SequenceNumber {
    SequenceNumber(value: number.value &+ UInt32(truncatingIfNeeded: count))
  }

  static func - (number: SequenceNumber, count: Int) -> SequenceNumber { number + -count }

  func precedes(_ other: SequenceNumber) -> Bool { distance(from: other) < 0 }
}
