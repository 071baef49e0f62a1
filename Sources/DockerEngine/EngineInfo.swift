/// What an engine says about itself and the machine that it runs on.
public struct EngineInfo: Sendable, Hashable {
  /// The version of the program.
  public let serverVersion: String
  /// The kernel of its machine.
  public let kernel: String
  /// The operating system of its machine.
  public let system: String
  /// The version of the control groups that it uses, `1` or `2`; empty when it does not say.
  public let groupVersion: String
  /// Who manages the control groups: `cgroupfs`, `systemd`; empty when it does not say.
  public let groupDriver: String
  /// Whether it runs without the rights of root.
  public let isRootless: Bool
}

extension EngineInfo: Decodable {
  private enum Key: String, CodingKey {
    case serverVersion = "ServerVersion"
    case kernel = "KernelVersion"
    case system = "OperatingSystem"
    case groupVersion = "CgroupVersion"
    case groupDriver = "CgroupDriver"
    case security = "SecurityOptions"
    case rootless = "Rootless"
  }

  /// Reads what the engine's JSON says; keys that are not needed here are passed over.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    func text(_ key: Key) throws -> String {
      try keys.decodeIfPresent(String.self, forKey: key) ?? ""
    }
    serverVersion = try text(.serverVersion)
    kernel = try text(.kernel)
    system = try text(.system)
    groupVersion = try text(.groupVersion)
    groupDriver = try text(.groupDriver)
    let security = try keys.decodeIfPresent([String].self, forKey: .security) ?? []
    // Docker lists it among its security options, Podman has a key of its own.
    let isSaid = try keys.decodeIfPresent(Bool.self, forKey: .rootless) ?? false
    isRootless = isSaid || security.contains { $0.contains("rootless") }
  }
}
