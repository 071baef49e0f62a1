/// The status with which a process ends; thrown from `run`, it ends the command without a word.
public struct ExitCode: Error, RawRepresentable, Hashable, Sendable {
  /// The number that the caller of the process sees.
  public var rawValue: Int32

  /// Makes a status from its number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Makes a status from its number.
  public init(_ code: Int32) { rawValue = code }

  /// All went well.
  public static let success = ExitCode(0)
  /// A negative answer, such as a refuted hypothesis.
  public static let failure = ExitCode(1)
  /// The command line was wrong (`EX_USAGE` of sysexits.h).
  public static let validationFailure = ExitCode(64)
  /// Something that should not happen did (`EX_SOFTWARE` of sysexits.h).
  public static let internalFailure = ExitCode(70)
}

/// A command line that reads well but asks for something wrong; the usage is shown with it.
public struct ValidationError: Error, CustomStringConvertible, Sendable {
  /// One sentence that says what is wrong and what to do.
  public let message: String

  /// Makes an error from a sentence.
  public init(_ message: String) { self.message = message }

  /// The sentence.
  public var description: String { message }
}

/// A failure that a person can do something about, said in one sentence.
///
/// ArgumentParser has no such type: there, a command prints the sentence and throws the code.
public struct CommandFailure: Error, CustomStringConvertible, Sendable {
  /// One sentence that says where, what and what to do.
  public let message: String
  /// The status with which the process ends.
  public let exitCode: ExitCode

  /// Makes a failure from a sentence and a status.
  public init(_ message: String, exitCode: ExitCode) {
    self.message = message
    self.exitCode = exitCode
  }

  /// The sentence.
  public var description: String { message }
}

/// An early end that is no error.
public enum CleanExit: Error, Sendable {
  /// Shows the help of a command; nil stands for the one that is running.
  case helpRequest((any ParsableCommand.Type)?)
  /// Prints a text.
  case message(String)
}

/// A command line that cannot be read.
struct UsageError: Error {
  var message: String
}
