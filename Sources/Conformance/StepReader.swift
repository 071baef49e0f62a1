import ClusterModel
import ExperimentDecoding
import ExperimentModel
import Glibc
import Reporting
import SimulationEngine

/// The steps of a recording, read one after the other.
struct StepReader {
  let file: String
  let names: [String]
  /// The steps as they were read.
  private(set) var steps: [[String: JSONValue]] = []
  /// The same as a script.
  private(set) var script: [ScriptedStep] = []
  private var started: Set<String> = []
  private var isHeld: Set<String> = []

  init(file: String, names: [String]) {
    self.file = file
    self.names = names
  }

  /// Reads the next step.
  mutating func read(_ value: JSONValue) throws(RecordingRefusal) {
    let fields = try RecordedFields(value, at: "\(file): step \(steps.count + 1)")
    guard let seconds = try fields.seconds("t") else {
      throw fields.refusal("`t` is missing; give the time of the step in seconds")
    }
    let time = Instant(nanoseconds: Int64((seconds * 1e9).rounded()))
    if let last = script.last?.at, time < last {
      throw fields.refusal("`t` lies before the step above; put the steps in the order of time")
    }
    script.append(ScriptedStep(at: time, action: try action(fields)))
    steps.append(fields.values)
  }

  private mutating func action(
    _ fields: RecordedFields
  ) throws(RecordingRefusal) -> ScriptedStep.Action {
    switch try fields.text("op") {
    case "request": return .request(try request(fields))
    case "start":
      let id = try fields.text("id")
      guard started.insert(id).inserted else {
        throw fields.refusal("\(quoted(id)) was started before; give each request its own `id`")
      }
      isHeld.insert(id)
      return .start(id, try request(fields))
    case "finish":
      let id = try fields.text("id")
      guard isHeld.remove(id) != nil else {
        throw fields.refusal("no request \(quoted(id)) is open; start it before it is finished")
      }
      return .finish(id)
    case "backend":
      return .backend(try fields.server("server", among: names), try mode(fields))
    case "admin":
      let place = try fields.server("server", among: names)
      switch try fields.text("state") {
      case "maint": return .admin(place, isUp: false)
      case "ready": return .admin(place, isUp: true)
      default: throw fields.refusal("`state` must be `maint` or `ready`")
      }
    case "weight":
      guard let weight = try fields.whole("weight", 0...65_535) else {
        throw fields.refusal("`weight` is missing; give the new weight")
      }
      return .weight(try fields.server("server", among: names), weight)
    case "sleep": return .sleep
    case let word:
      throw fields.refusal(
        "unknown `op` \(quoted(word)); it is one of `request`, `start`, `finish`, `backend`, "
          + "`admin`, `weight` and `sleep`")
    }
  }

  private func mode(_ fields: RecordedFields) throws(RecordingRefusal) -> BackendMode {
    let word = try fields.text("mode")
    switch word {
    case "up": return .up
    case "refuse": return .refuse
    case "close": return .close
    case "hang": return .hang
    default:
      if word.hasPrefix("status:"), let status = UInt16(word.dropFirst(7)),
        (200...599).contains(status)
      {
        return .status(status)
      }
      throw fields.refusal(
        "unknown `mode` \(quoted(word)); it is `up`, `refuse`, `close`, `hang` or `status:503`")
    }
  }

  private func request(_ fields: RecordedFields) throws(RecordingRefusal) -> ScriptedRequest {
    // Whatever sends the requests of a recording does so on this machine.
    let local = ClientAddress(v4: 0x7f00_0001)
    guard let value = fields.values["input"] else { return ScriptedRequest(address: local) }
    let input = try RecordedFields(value, at: "\(fields.place): `input`")
    let key = try input.optionalText("key")
    let uri = try input.optionalText("uri")
    let method = try input.optionalText("method") ?? "GET"
    return ScriptedRequest(
      key: key ?? uri, address: try address(input) ?? local,
      isIdempotent: !["POST", "LOCK", "PATCH"].contains(method))
  }

  private func address(_ fields: RecordedFields) throws(RecordingRefusal) -> ClientAddress? {
    guard let text = try fields.optionalText("client_ip") else { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    func bits(_ range: Range<Int>) -> UInt64 {
      bytes[range].reduce(0) { $0 << 8 | UInt64($1) }
    }
    if inet_pton(AF_INET, text, &bytes) == 1 { return ClientAddress(v4: UInt32(bits(0..<4))) }
    if inet_pton(AF_INET6, text, &bytes) == 1 {
      return ClientAddress(v6High: bits(0..<8), low: bits(8..<16))
    }
    throw fields.refusal("`client_ip` must be an IPv4 or IPv6 address, not \(quoted(text))")
  }
}
