import Glibc

/// An open file of this process, closed when its owner is done with it.
struct FileDescriptor: ~Copyable {
  /// The number that system calls take.
  let number: Int32

  /// Opens a file; it is closed in programs that this process starts.
  ///
  /// - Throws: the system's error number.
  init(opening path: String, _ flags: Int32, mode: mode_t = 0o600) throws(SystemError) {
    let number = open(path, flags | O_CLOEXEC, mode)
    guard number >= 0 else { throw SystemError(code: errno) }
    self.number = number
  }

  /// Takes over a file that is already open.
  init(taking number: Int32) {
    self.number = number
  }

  deinit { close(number) }

  /// Writes all bytes, and waits until they are on the disk.
  borrowing func writeDurably(_ bytes: [UInt8]) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        throw SystemError(code: errno)
      }
      rest = rest.dropFirst(written)
    }
    try synchronize()
  }

  /// Waits until the file, or the names in a folder, are on the disk.
  borrowing func synchronize() throws(SystemError) {
    guard fsync(number) == 0 else { throw SystemError(code: errno) }
  }

  /// All bytes of a file.
  static func contents(of path: String) throws(SystemError) -> [UInt8] {
    let file = try FileDescriptor(opening: path, O_RDONLY)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(file.number, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemError(code: errno)
      }
      bytes += buffer.prefix(count)
    }
  }
}

/// An error number of the system.
struct SystemError: Error, Hashable, CustomStringConvertible {
  let code: Int32

  var description: String { String(cString: strerror(code)) }
}
