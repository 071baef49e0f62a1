import FoundationEssentials
import Glibc

/// The machine of this process, as far as faults change it without the engine.
///
/// It is a seam: a test gives it a folder in place of the root, and starts no process.
public struct Host: Sendable {
  /// What stands before every path of the machine: nothing, or the folder of a test.
  let root: String
  /// Starts this program once more with these words, and waits until it says that it is ready.
  let start: @Sendable (_ words: [String], _ log: String) throws(FaultError) -> ProcessIdentity

  /// Makes a machine of its parts.
  public init(
    root: String,
    start:
      @escaping @Sendable (_ words: [String], _ log: String) throws(FaultError) -> ProcessIdentity
  ) {
    self.root = root
    self.start = start
  }

  /// The machine as it is.
  public static let local = Host(root: "") { (words, log) throws(FaultError) in
    try Companion(words: words, log: log, title: "the load").start()
  }

  /// The whole text of a file, without the white space at its end.
  func text(of path: String) throws(SystemError) -> String {
    let bytes = try FileDescriptor.contents(of: root + path)
    let end = bytes.lastIndex { $0 > UInt8(ascii: " ") }.map { $0 + 1 } ?? 0
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  /// Writes a value to a file of the kernel that exists, in one piece.
  func write(_ value: String, to path: String) throws(SystemError) {
    let file = try FileDescriptor(opening: root + path, O_WRONLY | O_TRUNC)
    let bytes = Array(value.utf8)
    let written = bytes.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
    guard written == bytes.count else { throw SystemError(code: errno) }
  }

  /// The number of the network namespace of a process; nil when it cannot be seen.
  func networkNamespace(ofProcess pid: Int32) -> UInt64? {
    var file = stat()
    guard pid > 0, stat("\(root)/proc/\(pid)/ns/net", &file) == 0 else { return nil }
    return UInt64(file.st_ino)
  }

  /// The processes whose command line begins with these words, whatever the program's path.
  ///
  /// - Complexity: linear in the number of processes of the machine.
  func processes(withWords words: [String]) -> [ProcessIdentity] {
    guard let folder = opendir("\(root)/proc") else { return [] }
    defer { closedir(folder) }
    var found: [ProcessIdentity] = []
    while let item = readdir(folder) {
      let name = withUnsafeBytes(of: &item.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let pid = Int32(name),
        let line = try? FileDescriptor.contents(of: "\(root)/proc/\(pid)/cmdline")
      else { continue }
      let given = line.split(separator: 0).prefix(words.count)
      guard given.map({ String(decoding: $0, as: UTF8.self) }) == words else { continue }
      if let identity = ProcessIdentity(pid: pid) { found.append(identity) }
    }
    return found
  }
}
