import DockerEngine

/// Competition for a disk: threads of ours write to it, and wait until it is done, again and again.
public struct BurnDisk: Injector {
  /// The verb.
  public static let name = LimitDisk.name
  /// What the help says.
  public static let summary = LimitDisk.summary

  private let writers: Int
  private let path: String

  /// Makes a load of so many writers under this folder of the container.
  public init(writers: Int, under path: String) {
    self.writers = writers
    self.path = path
  }

  /// The load.
  public var parameters: [String: String] { ["burn": "\(writers)", "path": path] }
  /// What happened to the container.
  public var deed: String { "had to compete with \(crowd) for the disk of \(path)" }
  /// How it is then.
  public var condition: String { "competes with \(crowd) for the disk of \(path)" }

  private var crowd: String { writers == 1 ? "a writer" : "\(writers) writers" }
  /// A load lasts.
  public var lasts: Bool { true }

  /// Refuses a container that does not run.
  public func check(_ container: Container, isUndone: Bool) throws(FaultError) {
    try container.requireRunning(to: "compete with")
  }

  /// One process in the groups that share out a disk's traffic; what it writes is bounded.
  public func plan(at scene: Scene) throws(FaultError) -> Plan {
    let room = try ContainerDisk(of: scene.container, under: path, at: scene.site).room()
    guard writers * Burner.writerBytes <= room else {
      throw FaultError(
        .notUsable,
        "\(writers) writers need \(writers * Burner.writerBytes >> 20) MB, and only"
          + " \(room >> 20) MB may be taken under \(path) in \(scene.container.name); choose fewer")
    }
    let load = LoadStart(
      id: scene.id, resource: .writes, amount: "\(writers)", groups: try scene.groupsOfTraffic())
    return Plan([load], undo: .endLoad, via: .cgroup)
  }
}

extension Scene {
  /// The groups that share out the traffic of disks, for a load to join.
  func groupsOfTraffic() throws(FaultError) -> [String] {
    let group = try ControlGroup(of: container, at: site)
    let folder = try group.trafficPart().members
    try requireWritable(folder + "/cgroup.procs")
    return [folder]
  }
}
