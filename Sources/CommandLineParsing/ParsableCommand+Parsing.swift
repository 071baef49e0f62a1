extension ParsableCommand {
  /// The command, or the verb of it, that these words ask for; what it throws is for
  /// `fullMessage(for:)` and `exitCode(for:)`.
  public static func parseAsRoot(_ arguments: [String]) throws -> any ParsableCommand {
    var reader = CommandLineReader(root: self, words: arguments)
    return try reader.read()
  }

  /// The command with the values that these words give it; it must not be one of its verbs.
  public static func parse(_ arguments: [String]) throws -> Self {
    var reader = CommandLineReader(root: self, words: arguments)
    guard let command = try reader.read() as? Self else {
      throw LocatedError(
        path: reader.path, underlying: UsageError(message: "A subcommand is not expected here."))
    }
    return command
  }

  /// The help of the command, no wider than so many columns.
  public static func helpMessage(columns: Int = 80) -> String {
    HelpScreen(CommandPath(root: self), columns: columns).text
  }

  /// What a person is told about an error, without a final newline; empty for an `ExitCode`.
  public static func fullMessage(for error: any Error, columns: Int = 80) -> String {
    ExitMessage(error, root: self, columns: columns).text
  }

  /// The status with which a process ends that met this error.
  public static func exitCode(for error: any Error) -> ExitCode {
    ExitMessage(error, root: self, columns: 80).exitCode
  }
}

/// The last words of a process: what is printed, where to, and the status.
struct ExitMessage {
  var text: String
  var exitCode: ExitCode

  init(_ error: any Error, root: any ParsableCommand.Type, columns: Int) {
    let located = error as? LocatedError
    let path = located?.path ?? CommandPath(root: root)
    switch located?.underlying ?? error {
    case let code as ExitCode:
      self.init(text: "", exitCode: code)
    case CleanExit.helpRequest(let command):
      let asked = command.map { CommandPath(root: $0) } ?? path
      self.init(text: trimmed(HelpScreen(asked, columns: columns).text), exitCode: .success)
    case CleanExit.message(let text):
      self.init(text: text, exitCode: .success)
    case let failure as CommandFailure:
      self.init(text: "Error: \(failure.message)", exitCode: failure.exitCode)
    case let error as UsageError:
      self.init(usageError: error.message, path, columns)
    case let error as ValidationError:
      self.init(usageError: error.message, path, columns)
    case let other:
      self.init(text: "Error: \(other)", exitCode: .internalFailure)
    }
  }

  private init(text: String, exitCode: ExitCode) {
    self.text = text
    self.exitCode = exitCode
  }

  private init(usageError sentence: String, _ path: CommandPath, _ columns: Int) {
    let usage = HelpScreen(path, columns: columns).usage
    self.init(
      text: "Error: \(sentence)\n\(usage)\nSee '\(path.title) --help' for more.",
      exitCode: .validationFailure)
  }
}

/// A text without its final newline.
private func trimmed(_ text: String) -> String {
  text.hasSuffix("\n") ? String(text.dropLast()) : text
}
