import DockerEngine

/// The end of a container's first process by a signal; the undo starts the container again.
public struct Kill: Injector {
  /// The verb.
  public static let name = "kill"
  /// What the help says.
  public static let summary = "Kill a container, and start it again after a while."

  private let signal: SignalName

  /// Makes a kill with this signal, such as `KILL`, `SIGTERM` or `15`.
  ///
  /// - Throws: a sentence for a signal that does not exist, or that only freezes a process.
  public init(signal: String) throws(FaultError) {
    self.signal = try SignalName(text: signal)
    guard !self.signal.freezes else {
      throw FaultError(
        .notUsable,
        "\(self.signal) freezes a process and does not end it, and starting it again"
          + " would not thaw it; choose a signal that ends it, such as SIGKILL or SIGTERM")
    }
  }

  /// The signal.
  public var parameters: [String: String] { ["signal": signal.description] }
  /// The container is started again.
  public var undo: Undo { .start }
  /// What happened to the container.
  public var deed: String { "was killed (\(signal))" }

  /// Refuses a container that does not run, or that would vanish by being killed.
  public func check(_ container: Container, isUndone: Bool) throws(FaultError) {
    let name = container.name
    switch container.state.status {
    case "running":
      break
    case "paused":
      throw FaultError(
        .notUsable, "\(name) is paused; run it on first (docker unpause \(name))")
    case "restarting":
      throw FaultError(
        .notUsable,
        "\(name) is just restarting after exit status \(container.state.exitCode);"
          + " wait until it runs (docker logs \(name) says why it exits)")
    case let status:
      let exit = status == "exited" ? " with exit status \(container.state.exitCode)" : ""
      throw FaultError(
        .notUsable,
        "\(name) does not run (\(status)\(exit)), so there is nothing to kill;"
          + " start it first (docker start \(name))")
    }
    guard !(isUndone && container.isRemovedOnExit) else {
      throw FaultError(
        .notUsable,
        "\(name) is removed as soon as it exits (--rm), so it could not be started"
          + " again; run it without --rm, or kill it for good with --no-restart")
    }
  }

  /// One call: the engine sends the signal.
  public func calls(on container: Container) -> [EngineCall] {
    [.kill(id: container.id, signal: signal.description)]
  }
}
