/// One request to the engine, as a value.
///
/// What `--dry-run` prints and what is sent are made from the same value, so that they cannot
/// differ.
public enum EngineCall: Sendable, Hashable {
  /// Asks which versions the engine speaks.
  case ping
  /// Lists all containers, running or not.
  case list
  /// Reads everything about one container.
  case inspect(id: String)
  /// Sends a signal to a container's first process.
  ///
  /// The engine counts this as a stop by hand, whatever the signal: it will not apply the restart
  /// policy until somebody starts the container again.
  case kill(id: String, signal: String)
  /// Starts a container that exists and does not run.
  case start(id: String)
  /// Lists what happened to containers between two times, in nanoseconds since 1970.
  case events(since: Int64, until: Int64)
  /// Reads once what a container uses.
  case usage(id: String)
  /// Asks a container's first process to end, and kills it when it has not after so many seconds.
  ///
  /// The engine counts this as a stop by hand, as a kill.
  case stop(id: String, seconds: Int)
  /// Freezes all processes of a container.
  case pause(id: String)
  /// Lets a frozen container go on.
  case unpause(id: String)
  /// Asks the engine what it is and what it runs on.
  case info

  /// The method of HTTP.
  public var method: String {
    switch self {
    case .ping, .list, .inspect, .info, .events, .usage: "GET"
    case .kill, .start, .stop, .pause, .unpause: "POST"
    }
  }

  /// The path with its query, after the version.
  public var path: String {
    switch self {
    case .ping: "/_ping"
    case .list: "/containers/json?all=1"
    case .inspect(let id): "/containers/\(Self.escaped(id))/json"
    case .kill(let id, let signal):
      "/containers/\(Self.escaped(id))/kill?signal=\(Self.escaped(signal))"
    case .start(let id): "/containers/\(Self.escaped(id))/start"
    case .events(let since, let until):
      "/events?since=\(Self.seconds(since))&until=\(Self.seconds(until))&filters="
        + Self.escaped("{\"type\":[\"container\"]}")
    case .usage(let id): "/containers/\(Self.escaped(id))/stats?stream=false&one-shot=true"
    case .stop(let id, let seconds): "/containers/\(Self.escaped(id))/stop?t=\(seconds)"
    case .pause(let id): "/containers/\(Self.escaped(id))/pause"
    case .unpause(let id): "/containers/\(Self.escaped(id))/unpause"
    case .info: "/info"
    }
  }

  /// The first line of the request in this version, such as `POST /v1.41/containers/web/start`.
  public func line(version: APIVersion?) -> String {
    "\(method) \(fullPath(version: version))"
  }

  /// The path with the version in front; the ping stands before all versions.
  func fullPath(version: APIVersion?) -> String {
    version.map { "/v\($0)" + path } ?? path
  }

  /// How long the engine may take to answer, in seconds.
  ///
  /// A start sets up networks and mounts, and a kill waits until the process is gone: both may
  /// take long on a loaded machine. Who inspects a container waits for what is done to it.
  var patienceSeconds: Double {
    switch self {
    case .ping, .list, .info, .events, .usage: 10
    case .kill, .pause, .unpause: 20
    case .inspect, .start: 30
    case .stop(_, let seconds): Double(seconds) + 20
    }
  }

  /// A time as the engine takes it, such as `1795233600.000000042`.
  private static func seconds(_ nanoseconds: Int64) -> String {
    let fraction = String(nanoseconds % 1_000_000_000)
    return "\(nanoseconds / 1_000_000_000)."
      + String(repeating: "0", count: 9 - fraction.count) + fraction
  }

  /// The text with everything but unreserved characters percent-encoded (RFC 3986, section 2.3).
  static func escaped(_ text: String) -> String {
    let hex = Array("0123456789ABCDEF")
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        result.append(Character(UnicodeScalar(byte)))
      default:
        result += "%"
        result.append(hex[Int(byte >> 4)])
        result.append(hex[Int(byte & 15)])
      }
    }
    return result
  }
}

/// What the engine answered to a call.
public struct EngineAnswer: Sendable {
  /// The status of HTTP.
  public let status: Int
  /// The newest version that the engine speaks, from the `Api-Version` header.
  public let apiVersion: String?
  /// The body, usually JSON.
  public let body: [UInt8]

  /// Makes an answer of its parts.
  public init(status: Int, apiVersion: String? = nil, body: [UInt8] = []) {
    self.status = status
    self.apiVersion = apiVersion
    self.body = body
  }
}

/// The way from a call to its answer: the one seam between this project and a live engine.
///
/// A test puts an engine of its own behind it. Calls may be made on several threads at once.
public protocol EngineTransport: Sendable {
  /// Sends one call in this version of the interface and waits for the answer.
  ///
  /// - Throws: an `EngineError` when there is no answer; a refusal by the engine is an answer.
  func answer(to call: EngineCall, version: APIVersion?) throws(EngineError) -> EngineAnswer
}
