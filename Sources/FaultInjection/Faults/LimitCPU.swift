import DockerEngine
import ExperimentModel

/// A lower, or higher, limit of CPU time, in the target's control group.
public struct LimitCPU: Injector {
  /// The verb.
  public static let name = "cpu"
  /// What the help says.
  public static let summary = "Give a container less CPU time, or competition for it."

  /// The shortest quota that the kernel accepts, in microseconds.
  static let leastQuotaMicroseconds = 1000.0

  private let cores: Cores

  /// Makes a limit of so many cores.
  public init(_ cores: Cores) { self.cores = cores }

  /// The limit.
  public var parameters: [String: String] { ["cpus": "\(cores.count)"] }
  /// What happened to the container.
  public var deed: String { "was limited to \(cores.count) cores" }
  /// How it is then.
  public var condition: String { "is limited to \(cores.count) cores" }
  /// A limit lasts.
  public var lasts: Bool { true }

  /// Refuses a container that does not run.
  public func check(_ container: Container, isUndone: Bool) throws(FaultError) {
    try container.requireRunning(to: "limit")
  }

  /// One write: the quota of CPU time in each period, whose length stays as it is.
  public func plan(at scene: Scene) throws(FaultError) -> Plan {
    let part = try ControlGroup(of: scene.container, at: scene.site).part("cpu")
    switch part.version {
    case .one:
      let period = try scene.read(part.limits + "/cpu.cfs_period_us")
      let quota = try quota(inPeriod: period)
      return try scene.plan(changing: [
        try scene.change(part.limits + "/cpu.cfs_quota_us", to: "\(quota)")
      ])
    case .two:
      let path = part.limits + "/cpu.max"
      let period = try scene.read(path).split(separator: " ").last.map(String.init) ?? "100000"
      let quota = try quota(inPeriod: period)
      return try scene.plan(changing: [try scene.change(path, to: "\(quota) \(period)")])
    }
  }

  /// The microseconds in each period.
  private func quota(inPeriod text: String) throws(FaultError) -> Int {
    let period = Double(text) ?? 100_000
    let quota = (cores.count * period).rounded()
    guard quota >= Self.leastQuotaMicroseconds else {
      throw FaultError(
        .notUsable,
        "the kernel gives at least \(Self.leastQuotaMicroseconds / period) cores in a period of"
          + " \(Int(period)) us; choose at least that")
    }
    return Int(min(quota, 1e12))
  }
}
