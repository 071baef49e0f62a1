import DockerEngine
import ExperimentModel

/// Competition for memory: a process of ours takes it inside the target's limit.
public struct FillMemory: Injector {
  /// The verb.
  public static let name = LimitMemory.name
  /// What the help says.
  public static let summary = LimitMemory.summary

  private let amount: ByteCount

  /// Makes a load of so many bytes.
  public init(_ amount: ByteCount) { self.amount = amount }

  /// The load.
  public var parameters: [String: String] { ["fill_bytes": "\(amount.bytes)"] }
  /// What happened to the container.
  public var deed: String { "had to share its memory with \(amount.text) of load" }
  /// How it is then.
  public var condition: String { "shares its memory with \(amount.text) of load" }
  /// A load lasts.
  public var lasts: Bool { true }

  /// Refuses a container that does not run.
  public func check(_ container: Container, isUndone: Bool) throws(FaultError) {
    try container.requireRunning(to: "compete with")
  }

  /// One process in the group that counts memory.
  public func plan(at scene: Scene) throws(FaultError) -> Plan {
    let part = try ControlGroup(of: scene.container, at: scene.site).part("memory")
    try scene.requireWritable(part.members + "/cgroup.procs")
    let load = LoadStart(
      id: scene.id, resource: .memory, amount: "\(amount.bytes)", groups: [part.members])
    return Plan([load], undo: .endLoad, via: .cgroup)
  }
}
