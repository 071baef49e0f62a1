import Glibc

/// The bytes of a file in order, a few at a time, each counted.
struct ByteStream: ~Copyable {
  /// How much is read from the file at once, in bytes.
  private static let chunk = 1 << 18

  private let descriptor: Int32?
  private var buffer: [UInt8]
  private var start = 0
  /// How many bytes were taken so far: the place of the next one in the file.
  private(set) var offset = 0

  /// The bytes of an open file, which is closed with the stream.
  init(taking descriptor: Int32) {
    self.descriptor = descriptor
    buffer = []
  }

  /// Bytes that are already in memory.
  init(_ bytes: [UInt8]) {
    descriptor = nil
    buffer = bytes
  }

  deinit {
    if let descriptor { close(descriptor) }
  }

  /// Whether no byte is left.
  mutating func isAtEnd() throws(Damage) -> Bool {
    try fill(1)
    return buffer.count == start
  }

  /// The next bytes, so many of them.
  ///
  /// - Throws: a damage that says that the file is cut short when there are fewer.
  mutating func take(_ count: Int) throws(Damage) -> ArraySlice<UInt8> {
    try fill(count)
    guard buffer.count - start >= count else {
      let missing = count - (buffer.count - start)
      throw Damage(
        reason: "the file ends here, \(missing) bytes too early; it was cut short",
        isCutShort: true)
    }
    defer {
      start += count
      offset += count
    }
    return buffer[start..<start + count]
  }

  /// Sees to it that so many bytes are in memory, if the file has them.
  private mutating func fill(_ count: Int) throws(Damage) {
    guard let descriptor, buffer.count - start < count else { return }
    buffer.removeFirst(start)
    start = 0
    while buffer.count < count {
      let room = max(Self.chunk, count - buffer.count)
      var failure: Int32 = 0
      let more = [UInt8](unsafeUninitializedCapacity: room) { bytes, filled in
        var got = read(descriptor, bytes.baseAddress, room)
        while got < 0, errno == EINTR { got = read(descriptor, bytes.baseAddress, room) }
        if got < 0 { failure = errno }
        filled = max(got, 0)
      }
      guard failure == 0 else {
        throw Damage(reason: "the file cannot be read: \(String(cString: strerror(failure)))")
      }
      if more.isEmpty { return }
      buffer += more
    }
  }
}
