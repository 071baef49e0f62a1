import CommandLineParsing
import Glibc
import Reporting

/// Where results go.
enum StandardOutput {
  /// Colours for a person at a terminal who did not ask for none (no-color.org).
  static var style: TextStyle {
    let refusal = getenv("NO_COLOR").map { String(cString: $0) } ?? ""
    return isatty(STDOUT_FILENO) == 1 && refusal.isEmpty ? .terminal : .plain
  }

  /// How wide a table may be: as the terminal, and without one as wide as tables get.
  static var width: Int { Terminal.columns(of: STDOUT_FILENO) ?? 120 }

  /// Writes all of a text, or ends the command: in silence when the reader has gone, as the signal
  /// of a broken pipe would have done, and with the reason when the text cannot be kept.
  static func write(_ text: String) throws {
    guard let reason = writeAll(text, to: STDOUT_FILENO) else { return }
    if reason == EPIPE { throw ExitCode(128 + SIGPIPE) }
    throw CommandFailure(
      "The result cannot be written to standard output: \(String(cString: strerror(reason))).",
      exitCode: .internalFailure)
  }
}

/// Where everything that is no result goes.
enum StandardError {
  /// Whether a person looks on.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes all of a text; a failure is left alone, since there is nowhere to say so.
  static func write(_ text: String) { _ = writeAll(text, to: STDERR_FILENO) }
}

/// Writes all of a text and returns nil, or the reason (`errno`) why that failed.
func writeAll(_ text: String, to descriptor: Int32) -> Int32? {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if written >= 0 {
      bytes = bytes.dropFirst(written)
    } else if errno != EINTR {
      return errno
    }
  }
  return nil
}
