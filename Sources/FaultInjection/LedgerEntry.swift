import DockerEngine
import FoundationEssentials

/// What must be known to undo one fault, by a process that knows nothing else.
public struct LedgerEntry: Sendable, Hashable, Codable {
  /// The version of this format.
  public var format = 1
  /// The name of the entry and of its file.
  public let id: String
  /// The fault's name, such as `kill`.
  public let fault: String
  /// What was asked besides, such as the signal.
  public let parameters: [String: String]
  /// Where the engine listens.
  public let engine: String
  /// The container, and which of its runs is disturbed.
  public internal(set) var target: Target
  /// Through what the fault is made; an entry of an older version does not say it.
  public internal(set) var via: Mechanism?
  /// What has to be done to undo the fault.
  public internal(set) var undo: Undo
  /// How far the fault has come.
  public internal(set) var state: State
  /// When the fault was made; until then, when this entry was written.
  public internal(set) var since: Date
  /// When the fault is to be undone, by the wall clock; nil when its owner ends it.
  public internal(set) var until: Date?
  /// The process that makes the fault and undoes it.
  public let owner: ProcessIdentity
  /// The process that undoes it if the owner does not.
  public internal(set) var guardian: ProcessIdentity?
  /// What makes it again when its container starts anew; nil when it ends with the run.
  public internal(set) var again: StoredInjector?

  /// A container in one of its runs.
  public struct Target: Sendable, Hashable, Codable {
    /// The full identifier.
    public let id: String
    /// The name.
    public let name: String
    /// When that run began, in the engine's own words.
    public let startedAt: String
    /// Its first process in that run; nil when it is on another machine.
    public let process: ProcessIdentity?
    /// The number of its network namespace in that run; nil when it cannot be seen.
    public let networkNamespace: UInt64?

    private enum CodingKeys: String, CodingKey {
      case id, name, process
      case startedAt = "started_at"
      case networkNamespace = "network_namespace"
    }

    /// Records a container in its present run, as it is seen from its site.
    public init(_ container: Container, at site: Site) {
      id = container.id
      name = container.name
      startedAt = container.state.startedAt
      let pid = site.engine.address.isLocal && container.state.pid > 0 ? container.state.pid : nil
      process = pid.flatMap { ProcessIdentity(pid: $0) }
      networkNamespace = pid.flatMap { site.host.networkNamespace(ofProcess: $0) }
    }
  }

  /// How far a fault has come; an entry only ever moves forward.
  public enum State: String, Sendable, Codable {
    /// The undo is on the disk, and a guardian is called; the fault may be in force.
    case guarded
    /// The engine said that it has done it.
    case applied
  }

  /// Whether somebody is alive who will undo the fault on time.
  public var isGuarded: Bool { guardian?.isAlive == true || owner.isAlive }
}

extension LedgerEntry {
  /// The entry as readable JSON.
  func encoded() -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var value = encoder.singleValueContainer()
      try value.encode(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("an entry holds nothing but text, numbers and dates")
    }
    return Array(data) + [UInt8(ascii: "\n")]
  }

  /// Reads an entry; throws what is wrong with it.
  init(decoding bytes: [UInt8]) throws {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      let value = try decoder.singleValueContainer()
      let text = try value.decode(String.self)
      guard let date = Date(engineTime: text) else {
        throw DecodingError.dataCorruptedError(in: value, debugDescription: "\(text) is no time")
      }
      return date
    }
    self = try decoder.decode(LedgerEntry.self, from: Data(bytes))
  }
}

extension Date {
  /// Reads a time such as `2026-11-21T10:00:00.123456789Z`; nil for any other text.
  init?(engineTime text: String) {
    let precise = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    guard let date = (try? precise.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
    else { return nil }
    self = date
  }
}
