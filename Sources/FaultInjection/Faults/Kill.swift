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
  /// What happened to the container.
  public var deed: String { "was killed (\(signal))" }
  /// How it is then.
  public var condition: String { "is down" }
  /// A kill is done in a moment.
  public var lasts: Bool { false }

  /// Refuses a container that does not run, or that would vanish by being killed.
  public func check(_ container: Container, isUndone: Bool) throws(FaultError) {
    try container.requireRunning(to: "kill")
    if isUndone { try container.requireToStay(unless: "kill it for good") }
  }

  /// One call: the engine sends the signal.
  public func plan(at scene: Scene) -> Plan {
    Plan(
      [EngineAction(.kill(id: scene.container.id, signal: signal.description))], undo: .start,
      via: .engine)
  }
}
