import Glibc

extension ParsableCommand {
  /// Reads the process's own command line, runs the command and ends the process.
  public static func main() { main(nil) }

  /// Reads these words, or the process's own, runs the command and ends the process on an error.
  public static func main(_ arguments: [String]?) {
    var reader = CommandLineReader(
      root: self, words: arguments ?? Array(CommandLine.arguments.dropFirst()))
    do {
      var command = try reader.read()
      do {
        try command.run()
      } catch {
        throw LocatedError(path: reader.path, underlying: error)
      }
    } catch {
      exit(withError: error)
    }
  }

  /// Ends the process: what went well is printed to standard output, an error to standard error.
  public static func exit(withError error: (any Error)? = nil) -> Never {
    guard let error else { Glibc.exit(0) }
    let columns = Terminal.columns(of: STDOUT_FILENO) ?? Terminal.columns(of: STDERR_FILENO) ?? 80
    let message = ExitMessage(error, root: self, columns: columns)
    if !message.text.isEmpty {
      let stream = message.exitCode == .success ? STDOUT_FILENO : STDERR_FILENO
      if let reason = write(message.text + "\n", to: stream), stream == STDOUT_FILENO {
        // A reader that has gone is no news; it ends the process as its signal would have done.
        guard reason != EPIPE else { Glibc.exit(128 + SIGPIPE) }
        let cause = String(cString: strerror(reason))
        _ = write("Error: Standard output cannot be written: \(cause).\n", to: STDERR_FILENO)
        Glibc.exit(ExitCode.internalFailure.rawValue)
      }
    }
    Glibc.exit(message.exitCode.rawValue)
  }
}

/// Writes all of a text and returns nil, or the reason (`errno`) why that failed.
private func write(_ text: String, to descriptor: Int32) -> Int32? {
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
