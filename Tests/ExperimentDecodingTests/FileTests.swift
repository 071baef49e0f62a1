import ExperimentDecoding
import FoundationEssentials
import Glibc
import Testing

/// The only complaint about the file at a path.
private func complaint(about path: String) -> String? {
  let diagnostics = #expect(throws: Diagnostics.self) {
    _ = try decoder.decode(contentsOf: path)
  }
  return diagnostics?.description
}

@Suite struct `Files` {
  @Test func `a missing file is named`() {
    #expect(complaint(about: "/no/such.yaml") == "/no/such.yaml:1:1: there is no such file")
  }

  @Test func `a directory is refused`() {
    #expect(complaint(about: "/usr") == "/usr:1:1: this is a directory; name a file in it")
  }

  @Test func `a device that never ends is refused`() {
    #expect(
      complaint(about: "/dev/zero")
        == "/dev/zero:1:1: this is a pipe or a device; name a regular file")
  }

  @Test func `a pipe that nobody writes to is refused without waiting`() {
    let path = FileManager.default.temporaryDirectory.path + "/decoding-\(UUID().uuidString)"
    #expect(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    #expect(
      complaint(about: path) == "\(path):1:1: this is a pipe or a device; name a regular file")
  }

  @Test func `a file of 100 MB is refused after its limit`() {
    let path = FileManager.default.temporaryDirectory.path + "/decoding-\(UUID().uuidString)"
    let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
    #expect(ftruncate(descriptor, 100_000_000) == 0)
    close(descriptor)
    defer { unlink(path) }
    #expect(
      complaint(about: path) == "\(path):1:1: the file is larger than 4 MiB; make it smaller")
  }

  @Test func `bytes that are too many are refused like a file`() {
    let diagnostics = #expect(throws: Diagnostics.self) {
      _ = try decoder.decode([UInt8](repeating: 0x20, count: 5_000_000), file: "big.yaml")
    }
    #expect(
      diagnostics?.description == "big.yaml:1:1: the file is larger than 4 MiB; make it smaller")
  }
}
