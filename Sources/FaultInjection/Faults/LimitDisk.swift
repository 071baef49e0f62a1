import DockerEngine
import ExperimentModel

/// A limit of what a container reads from and writes to its disk, in its control group.
public struct LimitDisk: Injector {
  /// The verb.
  public static let name = "disk"
  /// What the help says.
  public static let summary = "Give a container a slower or a fuller disk."

  private let bytesPerSecond: ByteCount
  private let path: String

  /// Makes a limit of so many bytes each second, read and written, of the disk under this folder.
  public init(_ bytesPerSecond: ByteCount, under path: String) {
    self.bytesPerSecond = bytesPerSecond
    self.path = path
  }

  /// The limit.
  public var parameters: [String: String] {
    ["limit_bytes_per_second": "\(bytesPerSecond.bytes)", "path": path]
  }
  /// What happened to the container.
  public var deed: String { "was limited to \(bytesPerSecond.text)/s of the disk of \(path)" }
  /// How it is then.
  public var condition: String { "is limited to \(bytesPerSecond.text)/s of the disk of \(path)" }
  /// A limit lasts.
  public var lasts: Bool { true }

  /// Refuses a container that does not run.
  public func check(_ container: Container, isUndone: Bool) throws(FaultError) {
    try container.requireRunning(to: "limit")
  }

  /// Two writes with version 1 of the control groups, one with version 2.
  public func plan(at scene: Scene) throws(FaultError) -> Plan {
    let device = try ContainerDisk(of: scene.container, under: path, at: scene.site).device()
    let part = try ControlGroup(of: scene.container, at: scene.site).trafficPart()
    let bytes = bytesPerSecond.bytes
    switch part.version {
    case .one:
      var changes: [LimitChange] = []
      for file in ["blkio.throttle.read_bps_device", "blkio.throttle.write_bps_device"] {
        let path = "\(part.limits)/\(file)"
        changes.append(try scene.change(path, of: device) { _ in "\(device) \(bytes)" })
      }
      return try scene.plan(changing: changes)
    case .two:
      let change = try scene.change(part.limits + "/io.max", of: device) { before in
        let words = before.split(separator: " ").map { word in
          let key = word.prefix { $0 != "=" }
          return key == "rbps" || key == "wbps" ? "\(key)=\(bytes)" : String(word)
        }
        return words.joined(separator: " ")
      }
      return try scene.plan(changing: [change])
    }
  }
}

extension ControlGroup {
  /// Where the traffic of disks is limited: the two versions have two names for it.
  func trafficPart() throws(FaultError) -> Part {
    try part(Self.trafficController(on: host))
  }
}
