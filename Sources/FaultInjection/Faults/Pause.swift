import DockerEngine

/// The freezing of all processes of a container: it accepts connections, and nothing else.
public struct Pause: Injector {
  /// The verb.
  public static let name = "pause"
  /// What the help says.
  public static let summary = "Freeze a container, and let it go on after a while."

  /// Makes a pause.
  public init() {}

  /// There is nothing to choose.
  public var parameters: [String: String] { [:] }
  /// What happened to the container.
  public var deed: String { "was paused" }
  /// How it is then.
  public var condition: String { "is paused" }
  /// It stays frozen until somebody lets it go on.
  public var lasts: Bool { true }

  /// Refuses a container that does not run.
  public func check(_ container: Container, isUndone: Bool) throws(FaultError) {
    try container.requireRunning(to: "pause")
  }

  /// One call: the engine freezes the container's control group.
  public func plan(at scene: Scene) -> Plan {
    Plan([EngineAction(.pause(id: scene.container.id))], undo: .unpause, via: .engine)
  }
}
