import FoundationEssentials
import Glibc

/// Where captured packets go: a file, or several after each other.
///
/// A name that ends in `.pcap` makes a file of the old format; every other makes pcapng, which
/// also keeps the names of interfaces and the counts of lost packets. Stamps are nanoseconds.
struct PacketSink: ~Copyable {
  /// One interface that packets come from.
  struct Interface {
    var name: String
    var linkType: UInt32
    var snapLength: Int
  }

  /// How much is kept in memory before it is written, in bytes.
  private static let chunk = 1 << 20

  private let path: String
  private let isPlain: Bool
  private let rotation: Capture.Rotation?
  private var interfaces: [Interface] = []
  private var file: OutputFile
  private var pending: [UInt8] = []
  private var written = 0
  private var fileStart = ContinuousClock.now
  /// The files that are kept, the oldest first.
  private(set) var files: [String]
  private var number = 1

  /// Makes the first file.
  init(path: String, rotation: Capture.Rotation?) throws(CaptureError) {
    self.path = path
    self.rotation = rotation
    isPlain = path.hasSuffix(".pcap")
    let first = rotation == nil ? path : Self.name(path, 1)
    file = try OutputFile(first)
    files = [first]
    pending.reserveCapacity(Self.chunk + (1 << 18))
  }

  /// Names the interfaces, before the first packet.
  mutating func begin(_ interfaces: [Interface]) throws(CaptureError) {
    if isPlain, Set(interfaces.map(\.linkType)).count > 1 {
      throw CaptureError(
        .notUsable,
        "\(path): the format pcap has room for one kind of interface; name the file"
          + " .pcapng")
    }
    self.interfaces = interfaces
    writeHeader()
  }

  /// Adds a packet.
  mutating func write(
    _ bytes: UnsafeBufferPointer<UInt8>, time: Int64, originalLength: UInt32, interface: Int
  ) throws(CaptureError) {
    if isPlain {
      append(UInt32(truncatingIfNeeded: time / 1_000_000_000))
      append(UInt32(time % 1_000_000_000))
      append(UInt32(bytes.count))
      append(originalLength)
      pending.append(contentsOf: bytes)
    } else {
      let padding = (4 - bytes.count % 4) % 4
      let length = UInt32(32 + bytes.count + padding)
      append(6 as UInt32)
      append(length)
      append(UInt32(interface))
      append(UInt32(truncatingIfNeeded: time >> 32))
      append(UInt32(truncatingIfNeeded: time))
      append(UInt32(bytes.count))
      append(originalLength)
      pending.append(contentsOf: bytes)
      for _ in 0..<padding { pending.append(0) }
      append(length)
    }
    if pending.count >= Self.chunk { try flush() }
    try rotateIfDue()
  }

  /// Writes what waits in memory.
  mutating func flush() throws(CaptureError) {
    written += pending.count
    try file.write(pending)
    pending.removeAll(keepingCapacity: true)
  }

  /// Begins the next file when its time has come, also when no packet comes.
  mutating func rotateIfDue() throws(CaptureError) {
    guard let rotation else { return }
    let isFull = rotation.bytes.map { written + pending.count >= $0 } ?? false
    let isOld = rotation.age.map { .now - fileStart >= $0 } ?? false
    guard isFull || isOld else { return }
    try flush()
    number += 1
    let next = Self.name(path, number)
    file = try OutputFile(next)
    files.append(next)
    if let limit = rotation.keep, files.count > limit {
      unlink(files.removeFirst())
    }
    written = 0
    fileStart = .now
    writeHeader()
  }

  /// Closes the file with what each interface lost.
  mutating func finish(dropped: [UInt64], received: [UInt64]) throws(CaptureError) {
    if !isPlain {
      for interface in interfaces.indices {
        appendStatistics(interface, received: received[interface], dropped: dropped[interface])
      }
    }
    try flush()
  }

  // MARK: Blocks

  private mutating func writeHeader() {
    if isPlain {
      append(0xA1B2_3C4D as UInt32)
      append(2 as UInt16)
      append(4 as UInt16)
      append(0 as UInt64)
      append(UInt32(interfaces.map(\.snapLength).max() ?? 0))
      append(interfaces.first?.linkType ?? 1)
      return
    }
    appendBlock(0x0A0D_0D0A) { body in
      body += Self.bytes(0x1A2B_3C4D as UInt32) + Self.bytes(1 as UInt16) + Self.bytes(0 as UInt16)
      body += Self.bytes(-1 as Int64) + Self.option(4, Array("chaos capture".utf8))
      body += Self.bytes(0 as UInt32)
    }
    for interface in interfaces {
      appendBlock(1) { body in
        body += Self.bytes(UInt16(interface.linkType)) + Self.bytes(0 as UInt16)
        body += Self.bytes(UInt32(interface.snapLength))
        body += Self.option(2, Array(interface.name.utf8)) + Self.option(9, [9])
        body += Self.bytes(0 as UInt32)
      }
    }
  }

  private mutating func appendStatistics(_ interface: Int, received: UInt64, dropped: UInt64) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let now = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    appendBlock(5) { body in
      body += Self.bytes(UInt32(interface))
      body += Self.bytes(UInt32(now >> 32)) + Self.bytes(UInt32(now & 0xFFFF_FFFF))
      body += Self.option(4, Self.bytes(received)) + Self.option(7, Self.bytes(dropped))
      body += Self.bytes(0 as UInt32)
    }
  }

  private mutating func appendBlock(_ type: UInt32, _ fill: (inout [UInt8]) -> Void) {
    var body: [UInt8] = []
    fill(&body)
    let length = UInt32(body.count + 12)
    append(type)
    append(length)
    pending += body
    append(length)
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { pending.append(contentsOf: $0) }
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private static func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    bytes(code) + bytes(UInt16(value.count)) + value
      + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
  }

  /// The name of one of several files: `lab.pcapng` becomes `lab-00001.pcapng`.
  private static func name(_ path: String, _ number: Int) -> String {
    let digits = String(number)
    let zeros = String(repeating: "0", count: max(0, 5 - digits.count))
    return Capture.fileBeside(path, zeros + digits)
  }
}

/// A file that is written from its beginning.
struct OutputFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws(CaptureError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0o644)
    guard descriptor >= 0 else { throw CaptureError(errno, "\(path) cannot be written") }
  }

  deinit { close(descriptor) }

  borrowing func write(_ bytes: [UInt8]) throws(CaptureError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw CaptureError(errno, "\(path) cannot be written")
      }
      rest = rest.dropFirst(count)
    }
  }
}
