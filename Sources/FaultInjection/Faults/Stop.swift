import DockerEngine

/// The end of a container as its engine ends it: asked first, and killed when it does not hear.
public struct Stop: Injector {
  /// The verb.
  public static let name = "stop"
  /// What the help says.
  public static let summary = "Stop a container in order, and start it again after a while."

  /// How long its process has to finish, in seconds: Docker's default.
  static let graceSeconds = 10

  /// Makes a stop.
  public init() {}

  /// How long the process had to finish.
  public var parameters: [String: String] { ["grace_s": "\(Self.graceSeconds)"] }
  /// What happened to the container.
  public var deed: String { "was stopped" }
  /// How it is then.
  public var condition: String { "is down" }
  /// A stop is done in a moment.
  public var lasts: Bool { false }

  /// Refuses a container that does not run, or that would vanish by being stopped.
  public func check(_ container: Container, isUndone: Bool) throws(FaultError) {
    try container.requireRunning(to: "stop")
    if isUndone { try container.requireToStay(unless: "stop it for good") }
  }

  /// One call, which ends when the container is down.
  public func plan(at scene: Scene) -> Plan {
    Plan(
      [EngineAction(.stop(id: scene.container.id, seconds: Self.graceSeconds))], undo: .start,
      via: .engine)
  }
}
