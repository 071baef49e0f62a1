import Glibc

/// Why a file cannot be used, as the rest of a sentence.
package struct FileFault: Error {
  package var message: String
}

/// The bytes of the regular file at `path`, at most `limit` of them.
///
/// Directories, pipes and devices are refused before anything is read, so that none of them can
/// keep the reader waiting or never end.
package func contents(ofFile path: String, limit: Int) throws(FileFault) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
  guard descriptor >= 0 else { throw FileFault(message: unreadable(errno)) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw FileFault(message: unreadable(errno)) }
  switch status.st_mode & S_IFMT {
  case S_IFREG: break
  case S_IFDIR: throw FileFault(message: "this is a directory; name a file in it")
  default: throw FileFault(message: "this is a pipe or a device; name a regular file")
  }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(min(Int(status.st_size), limit))
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0 {
      guard errno == EINTR else { throw FileFault(message: unreadable(errno)) }
      continue
    }
    guard count > 0 else { return bytes }
    bytes += buffer[..<count]
    guard bytes.count <= limit else { throw FileFault(message: tooLarge(limit)) }
  }
}

/// The complaint about a file of more than `limit` bytes.
func tooLarge(_ limit: Int) -> String {
  "the file is larger than \(limit >> 20) MiB; make it smaller"
}

private func unreadable(_ code: CInt) -> String {
  switch code {
  case ENOENT: "there is no such file"
  case EACCES: "the file may not be read; change its permissions"
  default: "the file cannot be read: \(String(cString: strerror(code)))"
  }
}
