import Glibc

/// A file of packets: pcap or pcapng, from any tool, of any byte order.
///
/// The formats are read here and not by libpcap, which refuses files whose interfaces differ in
/// kind, passes over the counts of dropped packets, and does not say where a file is damaged
/// (`Docs/Decisions/0035-own-reader-of-packet-files.md`).
public struct PacketFile: ~Copyable {
  /// The longest packet that is believed, in bytes; libpcap believes no longer one either.
  static let longestPacket = 262_144

  /// The file, as it was named.
  public let name: String
  var stream: ByteStream
  private var format: Format

  /// How many packets the capturing system says it lost.
  public var dropped: Int {
    switch format {
    case .pcap: 0
    case .pcapng(let sections): sections.dropped
    }
  }

  /// Whether the file says at all how many packets were lost.
  public var saysDropped: Bool {
    switch format {
    case .pcap: false
    case .pcapng(let sections): sections.saysDropped
    }
  }

  /// Opens a file.
  public init(path: String) throws(PacketFileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw Self.unreadable(path, errno) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw Self.unreadable(path, EISDIR)
    }
    try self.init(name: path, stream: ByteStream(taking: descriptor))
  }

  /// Takes the contents of a file that is already in memory.
  public init(name: String, bytes: [UInt8]) throws(PacketFileError) {
    try self.init(name: name, stream: ByteStream(bytes))
  }

  private init(name: String, stream: consuming ByteStream) throws(PacketFileError) {
    self.name = name
    do throws(Damage) {
      guard try !stream.isAtEnd() else {
        throw Damage(reason: "the file is empty; name a file of captured packets")
      }
      let magic = try stream.take(4)
      if Array(magic) == SectionedFormat.magic {
        format = .pcapng(try SectionedFormat(after: magic, in: &stream))
      } else if let plain = try PlainFormat(magic: magic, in: &stream) {
        format = .pcap(plain)
      } else {
        throw Damage(
          reason: "this is no packet file; name one in the format pcap or pcapng, as tcpdump and"
            + " Wireshark write them, not compressed")
      }
    } catch {
      throw PacketFileError(file: name, offset: stream.offset, reason: error.reason)
    }
    self.stream = stream
  }

  /// What comes next in a file.
  public enum Next: Sendable {
    /// A packet.
    case packet(CapturedPacket)
    /// The end, properly.
    case end
    /// The end in the middle of something: what came before is sound.
    case cutShort(PacketFileError)
  }

  /// The next packet.
  ///
  /// - Throws: one sentence with the place when what follows is no part of a packet file.
  public mutating func next() throws(PacketFileError) -> Next {
    let offset = stream.offset
    do throws(Damage) {
      let packet =
        switch format {
        case .pcap(let plain): try plain.next(in: &stream)
        case .pcapng(var sections): try Self.next(&sections, &stream, &format)
        }
      return packet.map(Next.packet) ?? .end
    } catch {
      let failure = PacketFileError(file: name, offset: offset, reason: error.reason)
      guard error.isCutShort else { throw failure }
      return .cutShort(failure)
    }
  }

  /// The next packet of a sectioned file, whose interfaces are remembered.
  private static func next(
    _ sections: inout SectionedFormat, _ stream: inout ByteStream, _ format: inout Format
  ) throws(Damage) -> CapturedPacket? {
    defer { format = .pcapng(sections) }
    return try sections.next(in: &stream)
  }

  private enum Format {
    case pcap(PlainFormat)
    case pcapng(SectionedFormat)
  }

  private static func unreadable(_ path: String, _ code: Int32) -> PacketFileError {
    let reason =
      switch code {
      case ENOENT: "there is no such file"
      case EACCES: "the file may not be read; change its permissions"
      case EISDIR: "this is a directory; name a file in it"
      default: "the file cannot be read: \(String(cString: strerror(code)))"
      }
    return PacketFileError(file: path, offset: nil, reason: reason)
  }
}
