import FoundationEssentials

/// Something that happened to a container, as the engine tells it.
public struct ContainerEvent: Sendable, Hashable {
  /// When, in nanoseconds since 1970.
  public let time: Int64
  /// The full identifier of the container.
  public let id: String
  /// The name of the container.
  public let name: String
  /// The engine's word: `die`, `oom`, `kill`, `start`, `pause`, `health_status: healthy`.
  public let action: String
  /// The exit status of a container that died; nil for other events.
  public let exitCode: Int?
}

extension ContainerEvent: Decodable {
  private enum Key: String, CodingKey {
    case time = "timeNano"
    case action = "Action"
    case actor = "Actor"
  }

  private struct Actor: Decodable {
    let ID: String
    let Attributes: [String: String]?
  }

  /// Reads what the engine's JSON says; keys that are not needed here are passed over.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    time = try keys.decode(Int64.self, forKey: .time)
    action = try keys.decode(String.self, forKey: .action)
    let actor = try keys.decode(Actor.self, forKey: .actor)
    id = actor.ID
    name = actor.Attributes?["name"] ?? String(actor.ID.prefix(12))
    exitCode = actor.Attributes?["exitCode"].flatMap { Int($0) }
  }
}

/// What a container has used so far in its present run.
public struct ContainerUsage: Sendable, Hashable {
  /// CPU time, in nanoseconds.
  public let cpuNanoseconds: Int64
  /// How long its CPU quota kept it from running, in nanoseconds.
  public let throttledNanoseconds: Int64
  /// The memory that it holds now, in bytes.
  public let memoryBytes: Int
  /// The memory that it may hold, in bytes; that of the machine where nothing limits it.
  public let memoryLimitBytes: Int
}

extension ContainerUsage: Decodable {
  private enum Key: String, CodingKey {
    case cpu = "cpu_stats"
    case memory = "memory_stats"
  }

  private struct CPU: Decodable {
    struct Usage: Decodable { let total_usage: Int64? }
    struct Throttling: Decodable { let throttled_time: Int64? }
    let cpu_usage: Usage?
    let throttling_data: Throttling?
  }

  private struct Memory: Decodable {
    let usage: Int?
    let limit: Int?
  }

  /// Reads what the engine's JSON says; what a container that does not run lacks is 0.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    let cpu = try keys.decodeIfPresent(CPU.self, forKey: .cpu)
    cpuNanoseconds = cpu?.cpu_usage?.total_usage ?? 0
    throttledNanoseconds = cpu?.throttling_data?.throttled_time ?? 0
    let memory = try keys.decodeIfPresent(Memory.self, forKey: .memory)
    memoryBytes = memory?.usage ?? 0
    memoryLimitBytes = memory?.limit ?? 0
  }
}

extension Engine {
  /// What happened to containers in this time, in nanoseconds since 1970, the oldest first.
  ///
  /// The engine remembers its last 256 events, so that one who asks every second misses none.
  public func events(_ span: ClosedRange<Int64>) throws(EngineError) -> [ContainerEvent] {
    let call = EngineCall.events(since: span.lowerBound, until: span.upperBound)
    let lines = try body(of: call).split(separator: UInt8(ascii: "\n"))
    var events: [ContainerEvent] = []
    for line in lines {
      do {
        events.append(try JSONDecoder().decode(ContainerEvent.self, from: Data(line)))
      } catch {
        throw .notUnderstood(call: call.line(version: version), detail: "\(error)")
      }
    }
    return events
  }

  /// What the container with this identifier has used so far.
  public func usage(of id: String) throws(EngineError) -> ContainerUsage {
    try decode(ContainerUsage.self, from: .usage(id: id))
  }
}
