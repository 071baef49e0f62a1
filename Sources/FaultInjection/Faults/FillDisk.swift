import DockerEngine
import ExperimentModel

/// A disk with less room: a process of ours takes it in a file without a name.
public struct FillDisk: Injector {
  /// The verb.
  public static let name = LimitDisk.name
  /// What the help says.
  public static let summary = LimitDisk.summary

  private let amount: ByteCount
  private let path: String

  /// Makes a load of so many bytes under this folder of the container.
  public init(_ amount: ByteCount, under path: String) {
    self.amount = amount
    self.path = path
  }

  /// The load.
  public var parameters: [String: String] { ["fill_bytes": "\(amount.bytes)", "path": path] }
  /// What happened to the container.
  public var deed: String { "had \(amount.text) less room under \(path)" }
  /// How it is then.
  public var condition: String { "has \(amount.text) less room under \(path)" }
  /// A load lasts.
  public var lasts: Bool { true }

  /// Refuses a container that does not run.
  public func check(_ container: Container, isUndone: Bool) throws(FaultError) {
    try container.requireRunning(to: "fill")
  }

  /// One process, whose file the kernel removes with it.
  public func plan(at scene: Scene) throws(FaultError) -> Plan {
    let room = try ContainerDisk(of: scene.container, under: path, at: scene.site).room()
    guard amount.bytes <= room else {
      throw FaultError(
        .notUsable,
        "only \(room >> 20) MB may be taken under \(path) in \(scene.container.name), because a"
          + " twentieth of the disk is left free; choose less")
    }
    let load = LoadStart(
      id: scene.id, resource: .disk, amount: "\(amount.bytes)",
      groups: try scene.groupsOfTraffic())
    return Plan([load], undo: .endLoad, via: .cgroup)
  }
}
