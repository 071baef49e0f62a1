import DockerEngine
import Glibc

/// The disk under a folder of a container, as its machine sees it.
struct ContainerDisk {
  /// The share of a disk that is always left free: without any the machine itself would fail.
  static let reserve = 0.05

  private let container: Container
  private let path: String
  private let host: Host

  /// Finds the disk under this folder of a running container; nothing is read yet.
  init(of container: Container, under path: String, at site: Site) throws(FaultError) {
    guard site.engine.address.isLocal, container.state.pid > 0 else {
      throw FaultError(
        .notUsable,
        "the files of \(container.name) are not on this machine;"
          + " run chaos on the machine of \(site.engine.address)")
    }
    self.container = container
    self.path = path
    host = site.host
  }

  /// The folder as the machine reaches it while the container runs.
  static func place(_ path: String, ofProcess pid: Int32) -> String { "/proc/\(pid)/root\(path)" }

  /// How many bytes may be taken.
  func room() throws(FaultError) -> Int {
    var system = statvfs()
    guard statvfs(host.root + Self.place(path, ofProcess: container.state.pid), &system) == 0 else {
      throw FaultError(
        errno == EACCES ? .notPermitted : .notUsable,
        "\(path) in \(container.name) cannot be reached (\(SystemError(code: errno)));"
          + " name a folder that is there, and run chaos as root")
    }
    let unit = Double(system.f_frsize)
    let kept = Double(system.f_blocks) * unit * Self.reserve
    return Int(max(0, Double(system.f_bavail) * unit - kept))
  }

  /// The device by the two numbers that the kernel's limits name it with, such as `254:0`.
  ///
  /// - Throws: a sentence when there is no such device below: in memory, or over a network.
  func device() throws(FaultError) -> String {
    var file = stat()
    guard stat(host.root + folderOnMachine, &file) == 0, driverNumber(file.st_dev) > 0 else {
      throw FaultError(
        .notUsable,
        "\(path) in \(container.name) is on no disk whose traffic the kernel limits;"
          + " choose another folder with --path")
    }
    let own = "\(driverNumber(file.st_dev)):\(deviceNumber(file.st_dev))"
    // Limits are those of a whole disk, not of a part of it.
    guard (try? host.text(of: "/sys/dev/block/\(own)/partition")) != nil else { return own }
    return (try? host.text(of: "/sys/dev/block/\(own)/../dev")) ?? own
  }

  /// The folder in which what the container writes there really lies.
  private var folderOnMachine: String {
    let text = (try? host.text(of: "/proc/\(container.state.pid)/mountinfo")) ?? ""
    var best: (point: Substring, upper: String?) = ("", nil)
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 6, isBelow(fields[4]), fields[4].count >= best.point.count else {
        continue
      }
      let options = fields[fields.count - 1].split(separator: ",")
      let upper = options.first { $0.hasPrefix("upperdir=") }?.dropFirst("upperdir=".count)
      best = (fields[4], upper.map(String.init))
    }
    return best.upper ?? Self.place(path, ofProcess: container.state.pid)
  }

  private func isBelow(_ point: Substring) -> Bool {
    point == "/" || path == point || path.hasPrefix(point + "/")
  }
}

/// The number of a device's driver: glibc's macro `major`, which Swift does not import.
private func driverNumber(_ device: dev_t) -> UInt64 {
  UInt64(device) >> 8 & 0xfff | UInt64(device) >> 32 & ~0xfff
}

/// The number of a device among those of its driver: glibc's macro `minor`.
private func deviceNumber(_ device: dev_t) -> UInt64 {
  UInt64(device) & 0xff | UInt64(device) >> 12 & ~0xff
}
