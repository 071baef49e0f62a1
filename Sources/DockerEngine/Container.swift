/// A container as the engine describes it when asked for one.
public struct Container: Sendable, Hashable {
  /// The full identifier, 64 hexadecimal digits.
  public let id: String
  /// The name, without the slash that the engine puts in front.
  public let name: String
  /// The labels.
  public let labels: [String: String]
  /// What the container does now.
  public let state: State
  /// Whether the engine removes the container as soon as it exits (`docker run --rm`).
  public let isRemovedOnExit: Bool
  /// The restart policy, such as `unless-stopped`; empty or `no` when there is none.
  public let restartPolicy: String
  /// Whose network the container uses: `bridge`, a network's name, `host`, `container:…`.
  public let networkMode: String
  /// The networks that it is connected to, by name.
  public let networks: [String: Network]

  /// The place of a container in one network.
  public struct Network: Sendable, Hashable {
    /// Its IPv4 address; empty while it does not run.
    public let address: String
    /// Its IPv6 address; empty without one.
    public let address6: String
    /// The engine's machine in this network; empty where that has no address in it.
    public let gateway: String
    /// The same for IPv6.
    public let gateway6: String
  }

  /// What a container does at one moment.
  public struct State: Sendable, Hashable {
    /// The engine's word: created, running, paused, restarting, removing, exited or dead.
    public let status: String
    /// Whether its first process runs; true for a paused container too.
    public let isRunning: Bool
    /// Whether it is frozen.
    public let isPaused: Bool
    /// The exit status of the last run.
    public let exitCode: Int
    /// When the last run began, in the engine's own words: the name of that run.
    public let startedAt: String
    /// When the last run ended, in the engine's own words.
    public let finishedAt: String
    /// The number of its first process on the engine's machine; 0 while it does not run.
    public let pid: Int32
    /// The state of the health check, such as `starting`; nil without one.
    public let health: String?
  }
}

/// A container as the engine describes it in a list.
public struct ContainerSummary: Sendable, Hashable {
  /// The full identifier, 64 hexadecimal digits.
  public let id: String
  /// The name, without the slash that the engine puts in front.
  public let name: String
  /// The labels.
  public let labels: [String: String]
  /// The engine's word for what it does, such as `running`.
  public let status: String
  /// The ports of TCP that lead to it from the engine's machine.
  public let publications: [Publication]

  /// A port of the engine's machine that leads to a container.
  public struct Publication: Sendable, Hashable {
    /// The address of the machine; `0.0.0.0` or `::` for all of them.
    public let address: String
    /// The port of the machine.
    public let port: Int
  }

  /// The Compose service that the container belongs to.
  public var service: String? { labels["com.docker.compose.service"] }
}

extension ContainerSummary: Decodable {
  private enum Key: String, CodingKey {
    case id = "Id"
    case names = "Names"
    case labels = "Labels"
    case status = "State"
    case ports = "Ports"
  }

  private struct Port: Decodable {
    let IP: String?
    let PublicPort: Int?
    let `Type`: String?
  }

  /// Reads what the engine's JSON says; keys that are not needed here are passed over.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    id = try keys.decode(String.self, forKey: .id)
    // Links of old give a container further names with a second slash, such as /web/db.
    let names = try keys.decodeIfPresent([String].self, forKey: .names) ?? []
    let plain = names.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
    name = plain.first { !$0.contains("/") } ?? String(id.prefix(12))
    labels = try keys.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
    status = try keys.decodeIfPresent(String.self, forKey: .status) ?? ""
    let ports = try keys.decodeIfPresent([Port].self, forKey: .ports) ?? []
    publications = ports.compactMap { port in
      guard let number = port.PublicPort, port.Type ?? "tcp" == "tcp" else { return nil }
      return Publication(address: port.IP ?? "0.0.0.0", port: number)
    }
  }
}

extension Container: Decodable {
  private enum Key: String, CodingKey {
    case id = "Id"
    case name = "Name"
    case state = "State"
    case host = "HostConfig"
    case config = "Config"
    case networking = "NetworkSettings"
  }

  private struct Host: Decodable {
    struct Policy: Decodable { let Name: String? }
    let AutoRemove: Bool?
    let RestartPolicy: Policy?
    let NetworkMode: String?
  }

  private struct Networking: Decodable {
    let Networks: [String: Network]?
  }

  private struct Config: Decodable {
    let Labels: [String: String]?
  }

  /// Reads what the engine's JSON says; keys that are not needed here are passed over.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    id = try keys.decode(String.self, forKey: .id)
    let name = try keys.decode(String.self, forKey: .name)
    self.name = name.hasPrefix("/") ? String(name.dropFirst()) : name
    state = try keys.decode(State.self, forKey: .state)
    let host = try keys.decodeIfPresent(Host.self, forKey: .host)
    isRemovedOnExit = host?.AutoRemove ?? false
    restartPolicy = host?.RestartPolicy?.Name ?? ""
    networkMode = host?.NetworkMode ?? ""
    networks = try keys.decodeIfPresent(Networking.self, forKey: .networking)?.Networks ?? [:]
    labels = try keys.decodeIfPresent(Config.self, forKey: .config)?.Labels ?? [:]
  }
}

extension Container.State: Decodable {
  private enum Key: String, CodingKey {
    case status = "Status"
    case isRunning = "Running"
    case isPaused = "Paused"
    case exitCode = "ExitCode"
    case startedAt = "StartedAt"
    case finishedAt = "FinishedAt"
    case health = "Health"
    case pid = "Pid"
  }

  private struct Health: Decodable {
    let Status: String?
  }

  /// Reads what the engine's JSON says; keys that are not needed here are passed over.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    status = try keys.decode(String.self, forKey: .status)
    isRunning = try keys.decode(Bool.self, forKey: .isRunning)
    isPaused = try keys.decodeIfPresent(Bool.self, forKey: .isPaused) ?? (status == "paused")
    exitCode = try keys.decodeIfPresent(Int.self, forKey: .exitCode) ?? 0
    startedAt = try keys.decode(String.self, forKey: .startedAt)
    finishedAt = try keys.decodeIfPresent(String.self, forKey: .finishedAt) ?? ""
    pid = try keys.decodeIfPresent(Int32.self, forKey: .pid) ?? 0
    let health = try keys.decodeIfPresent(Health.self, forKey: .health)?.Status
    // Podman says "" and Docker "none" where there is no health check.
    self.health = health == "" || health == "none" ? nil : health
  }
}

extension Container.Network: Decodable {
  private enum Key: String, CodingKey {
    case address = "IPAddress"
    case address6 = "GlobalIPv6Address"
    case gateway = "Gateway"
    case gateway6 = "IPv6Gateway"
  }

  /// Reads what the engine's JSON says; keys that are not needed here are passed over.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    address = try keys.decodeIfPresent(String.self, forKey: .address) ?? ""
    address6 = try keys.decodeIfPresent(String.self, forKey: .address6) ?? ""
    gateway = try keys.decodeIfPresent(String.self, forKey: .gateway) ?? ""
    gateway6 = try keys.decodeIfPresent(String.self, forKey: .gateway6) ?? ""
  }
}
