import DockerEngine
import Glibc

/// The control groups of a container, by which the kernel limits it (`cgroups(7)`).
///
/// Both versions are spoken, and mixtures of them: a controller is where the machine has it.
struct ControlGroup {
  /// The version of the interface by which a controller is used.
  enum Version: Sendable { case one, two }

  /// One controller's part of a container.
  struct Part {
    /// Which files it has.
    let version: Version
    /// The folder of the whole container, which holds its limits.
    let limits: String
    /// The folder of its first process, where processes can be added.
    let members: String
  }

  private struct Mount {
    let folder: String
    /// What of the hierarchy is mounted there.
    let root: String
    /// The controllers; nil for version 2, which has all that are left.
    let controllers: Set<Substring>?
  }

  private let container: Container
  private let paths: [(controllers: Set<Substring>, path: String)]
  private let mounts: [Mount]
  let host: Host

  /// Finds the groups of a running container.
  ///
  /// - Throws: a sentence when its processes are not on this machine.
  init(of container: Container, at site: Site) throws(FaultError) {
    host = site.host
    self.container = container
    let process = container.state.pid
    let text = (try? host.text(of: "/proc/\(process)/cgroup")) ?? ""
    guard site.engine.address.isLocal, process > 0, text.contains(container.id) else {
      throw FaultError(
        .notUsable,
        "\(container.name) does not run on this machine, or has no control group of its own here,"
          + " as under a rootless engine with version 1; run chaos on the machine of"
          + " \(site.engine.address), where an engine limits it")
    }
    paths = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return nil }
      return (Set(fields[1].split(separator: ",")), String(fields[2]))
    }
    mounts = Self.mounts(in: (try? host.text(of: "/proc/self/mountinfo")) ?? "")
  }

  /// Where this controller limits the container.
  ///
  /// - Throws: a sentence when this machine does not offer the controller.
  func part(_ controller: String) throws(FaultError) -> Part {
    if let mount = mounts.first(where: { $0.controllers?.contains(controller[...]) == true }),
      let path = paths.first(where: { $0.controllers.contains(controller[...]) })?.path
    {
      return part(of: mount, path, .one)
    }
    if let mount = mounts.first(where: { $0.controllers == nil }),
      let path = paths.first(where: { $0.controllers.isEmpty })?.path
    {
      let part = part(of: mount, path, .two)
      let offered = (try? host.text(of: part.limits + "/cgroup.controllers")) ?? ""
      if offered.split(whereSeparator: \.isWhitespace).contains(controller[...]) { return part }
    }
    throw FaultError(
      .notUsable,
      "this machine has no control groups for \(controller), so \(container.name) cannot be limited"
        + " in it; chaos doctor says what is missing")
  }

  /// Where a machine has this controller; nil when it does not offer it.
  static func place(of controller: String, on host: Host) -> (folder: String, version: Version)? {
    let mounts = mounts(in: (try? host.text(of: "/proc/self/mountinfo")) ?? "")
    if let mount = mounts.first(where: { $0.controllers?.contains(controller[...]) == true }) {
      return (mount.folder, .one)
    }
    guard let mount = mounts.first(where: { $0.controllers == nil }) else { return nil }
    let offered = (try? host.text(of: mount.folder + "/cgroup.controllers")) ?? ""
    let offers = offered.split(whereSeparator: \.isWhitespace).contains(controller[...])
    return offers ? (mount.folder, .two) : nil
  }

  /// What the controller of the traffic of disks is called on this machine.
  static func trafficController(on host: Host) -> String {
    place(of: "blkio", on: host)?.version == .one ? "blkio" : "io"
  }

  private func part(of mount: Mount, _ path: String, _ version: Version) -> Part {
    var below = path
    if mount.root != "/", below.hasPrefix(mount.root) { below.removeFirst(mount.root.count) }
    // Some engines put the processes in a group of their own below the one with the limits.
    var whole = ""
    for component in below.split(separator: "/") {
      whole += "/\(component)"
      if component.contains(container.id) { break }
    }
    return Part(version: version, limits: mount.folder + whole, members: mount.folder + below)
  }

  /// The hierarchies in a text as `/proc/self/mountinfo` has it (`proc_pid_mountinfo(5)`).
  private static func mounts(in text: String) -> [Mount] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash + 3 < fields.count, dash > 4 else {
        return nil
      }
      let (root, folder) = (String(fields[3]), String(fields[4]))
      switch fields[dash + 1] {
      case "cgroup":
        let options = fields[dash + 3].split(separator: ",")
        return Mount(folder: folder, root: root, controllers: Set(options))
      case "cgroup2": return Mount(folder: folder, root: root, controllers: nil)
      default: return nil
      }
    }
  }
}
