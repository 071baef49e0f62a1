import DockerEngine
import ExperimentModel

/// Competition for CPU time: a process of ours burns it inside the target's limit.
public struct BurnCPU: Injector {
  /// The verb.
  public static let name = LimitCPU.name
  /// What the help says.
  public static let summary = LimitCPU.summary

  private let cores: Cores

  /// Makes a load of so many cores.
  public init(_ cores: Cores) { self.cores = cores }

  /// The load.
  public var parameters: [String: String] { ["burn": "\(cores.count)"] }
  /// What happened to the container.
  public var deed: String { "had to compete with a load of \(cores.count) cores" }
  /// How it is then.
  public var condition: String { "competes with a load of \(cores.count) cores" }
  /// A load lasts.
  public var lasts: Bool { true }

  /// Refuses a container that does not run.
  public func check(_ container: Container, isUndone: Bool) throws(FaultError) {
    try container.requireRunning(to: "compete with")
  }

  /// One process in the groups that share out CPU time.
  public func plan(at scene: Scene) throws(FaultError) -> Plan {
    let group = try ControlGroup(of: scene.container, at: scene.site)
    var folders = [try group.part("cpu").members]
    for controller in ["cpuacct", "cpuset"] {
      // Where they are the same group, or absent, there is nothing more to join.
      if let folder = try? group.part(controller).members, !folders.contains(folder) {
        folders.append(folder)
      }
    }
    for folder in folders { try scene.requireWritable(folder + "/cgroup.procs") }
    let load = LoadStart(
      id: scene.id, resource: .cpu, amount: "\(cores.count)", groups: folders)
    return Plan([load], undo: .endLoad, via: .cgroup)
  }
}
