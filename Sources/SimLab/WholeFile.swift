import CommandLineParsing
import ExperimentDecoding
import Glibc

/// The bytes of a file that a command was given; ends the command where it cannot be read.
func contentsOrFailure(_ path: String) throws -> [UInt8] {
  do throws(FileFault) {
    return try contents(ofFile: path, limit: 1 << 30)
  } catch {
    throw CommandFailure("\(path): \(error.message).", exitCode: .badInput)
  }
}

/// Writes a file, all of it or nothing, and returns nil, or the reason (`errno`) why that failed.
func saveWhole(_ text: String, at path: String) -> Int32? {
  let draft = "\(path).\(getpid()).part"
  guard let reason = save(text, at: draft) ?? (rename(draft, path) == 0 ? nil : errno) else {
    return nil
  }
  unlink(draft)
  return reason
}

/// The status that tells why a file could not be written: a matter of permission, or of the name.
func exitCode(ofUnwritable reason: Int32) -> ExitCode {
  [EACCES, EPERM, EROFS].contains(reason) ? ExitCode(77) : .badInput
}

private func save(_ text: String, at path: String) -> Int32? {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { return errno }
  defer { close(descriptor) }
  return writeAll(text, to: descriptor)
}
