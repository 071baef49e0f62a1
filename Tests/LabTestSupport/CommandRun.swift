/// What a command that has ended left behind.
public struct CommandRun: Sendable, CustomStringConvertible {
  /// How a process ends.
  public enum Ending: Sendable, Hashable {
    /// By itself, with this status.
    case exited(Int32)
    /// By this signal.
    case signalled(Int32)
  }

  /// How it ended.
  public var ending: Ending
  /// What it wrote to standard output, if that was captured.
  public var output: String
  /// What it wrote to standard error.
  public var errors: String

  /// All of it, for a test that fails.
  public var description: String { "\(ending)\n--- output\n\(output)\n--- errors\n\(errors)" }

  /// Two commands for each core of a small machine, however many tests wait for theirs.
  private static let places = Places(4)

  /// Runs an executable to its end, with nothing to read, as soon as there is a place for it.
  ///
  /// - Parameters:
  ///   - environment: what differs from the environment of the tests.
  ///   - output: a file to open in place of capturing standard output.
  ///   - timeout: after which the process is killed and an error thrown.
  public static func run(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:],
    outputTo output: String? = nil, timeout: Duration = RunningCommand.patience
  ) async throws -> CommandRun {
    await places.take()
    let result: Result<CommandRun, any Error>
    do {
      let command = try RunningCommand(
        executable, arguments, environment: environment, outputTo: output)
      result = .success(try await command.end(within: timeout))
    } catch {
      result = .failure(error)
    }
    await places.giveBack()
    return try result.get()
  }
}
