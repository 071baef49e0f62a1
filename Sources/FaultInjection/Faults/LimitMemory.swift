import DockerEngine
import ExperimentModel
import Glibc

/// A lower, or higher, limit of memory, in the target's control group.
///
/// What becomes of a container that needs more is the kernel's decision: it kills a process.
public struct LimitMemory: Injector {
  /// The verb.
  public static let name = "memory"
  /// What the help says.
  public static let summary = "Give a container less memory, or competition for it."

  private let limit: ByteCount

  /// Makes a limit of so many bytes.
  public init(_ limit: ByteCount) { self.limit = limit }

  /// The limit.
  public var parameters: [String: String] { ["limit_bytes": "\(limit.bytes)"] }
  /// What happened to the container.
  public var deed: String { "was limited to \(limit.text) of memory" }
  /// How it is then.
  public var condition: String { "is limited to \(limit.text) of memory" }
  /// A limit lasts.
  public var lasts: Bool { true }

  /// Refuses a container that does not run.
  public func check(_ container: Container, isUndone: Bool) throws(FaultError) {
    try container.requireRunning(to: "limit")
  }

  /// One write, or two where the limit of memory with swap is in the way.
  public func plan(at scene: Scene) throws(FaultError) -> Plan {
    let part = try ControlGroup(of: scene.container, at: scene.site).part("memory")
    // The kernel counts whole pages, and says so when it is asked.
    let page = Int(getpagesize())
    let bytes = max(page, limit.bytes / page * page)
    guard part.version == .one else {
      return try scene.plan(changing: [
        try scene.change(part.limits + "/memory.max", to: "\(bytes)")
      ])
    }
    var changes: [LimitChange] = []
    let withSwap = part.limits + "/memory.memsw.limit_in_bytes"
    if let most = (try? scene.site.host.text(of: withSwap)).flatMap({ Int($0) }), most < bytes {
      changes.append(try scene.change(withSwap, to: "\(bytes)"))
    }
    changes.append(try scene.change(part.limits + "/memory.limit_in_bytes", to: "\(bytes)"))
    return try scene.plan(changing: changes)
  }
}

extension ByteCount {
  /// The amount as people write it, such as `64M`; in bytes where no unit fits.
  var text: String {
    for (unit, power) in [("G", 30), ("M", 20), ("K", 10)] where bytes >= 1 << power {
      if bytes % (1 << power) == 0 { return "\(bytes >> power)\(unit)" }
    }
    return "\(bytes) bytes"
  }
}
