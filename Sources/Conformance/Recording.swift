import ClusterModel
import ExperimentDecoding
import ExperimentModel
import Reporting

/// What a real balancer was recorded to do, and the script that asks the simulated one the same.
public struct Recording: Sendable {
  /// The name of the recording.
  public let id: String
  /// The name of the strategy, as in the catalogue.
  public var strategy: String { script.strategy.name }
  /// How closely the simulated balancer can be held to it.
  public let comparison: Comparison
  /// The servers, the steps without their outcomes, and the settings.
  let script: BalancerScript
  /// The steps as they were read.
  let steps: [[String: JSONValue]]
  let program: any RecordedProgram.Type

  /// How a recording is compared with what the simulated balancer decides.
  public enum Comparison: String, Sendable, Hashable {
    /// Decision for decision.
    case exact
    /// Decision for decision from whatever random start agrees best.
    case phase
    /// Each decision must occur in the other within a second.
    case timing
    /// The servers must be used equally often, as far as chance allows.
    case distribution
  }

  /// The names of the servers.
  var names: [String] { script.servers.map(\.backend.name) }
}

/// The reader of recordings: JSON in, a script out.
public struct RecordingReader: Sendable {
  private let strategies: TopologyDecoder

  /// Makes a reader that knows these strategies.
  public init(strategies: [StrategyCard]) {
    self.strategies = TopologyDecoder(strategies: strategies)
  }

  private static let limit = 64 << 20

  /// The recording in the file at `path`; nil for one that is not of a balancer.
  ///
  /// The program's configuration is read where the recording says that it lies, beside the file,
  /// and is missed only where the recording itself lacks a setting.
  public func recording(inFile path: String) throws(RecordingRefusal) -> Recording? {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let bytes: [UInt8]
    do throws(FileFault) {
      bytes = try contents(ofFile: path, limit: RecordingReader.limit)
    } catch {
      throw RecordingRefusal("\(path): \(error.message).")
    }
    return try recording(bytes, file: path) { name in
      (try? contents(ofFile: folder + name, limit: RecordingReader.limit)).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }

  /// The recording in these bytes; nil for one that is not of a balancer.
  ///
  /// - Parameters:
  ///   - file: the name for complaints.
  ///   - configuration: the text of the configuration that the recording names, if it was kept.
  public func recording(
    _ bytes: [UInt8], file: String, configuration: (String) -> String? = { _ in nil }
  ) throws(RecordingRefusal) -> Recording? {
    guard let document = try? JSONValue(parsing: bytes) else {
      throw RecordingRefusal("\(file): this is not JSON; give a recording in JSON.")
    }
    let fields = try RecordedFields(document, at: file)
    if fields.has("runs") && !fields.has("steps") { return nil }
    guard try fields.whole("format", 0...Int.max) ?? 1 == 1 else {
      throw fields.refusal("`format` must be 1; other formats are not known")
    }
    let id = try fields.text("id")
    let (like, choice) = try strategy(of: fields)
    guard let program = like.recordings else {
      throw fields.refusal("recordings of \(like.rawValue) are not known")
    }
    var script = BalancerScript(
      like: like, strategy: choice, servers: try servers(of: fields, program: program))
    let text = try fields.optionalText("config").flatMap(configuration)
    let title = try fields.optionalText("title") ?? ""
    try program.complete(
      &script, from: fields,
      configuration: text.map { Configuration($0) } ?? Configuration(title: title))
    let names = script.servers.map(\.backend.name)
    var reader = StepReader(file: file, names: names)
    for step in try fields.list("steps") { try reader.read(step) }
    script.steps = reader.script
    return Recording(
      id: id, comparison: try comparison(of: fields, reader.script), script: script,
      steps: reader.steps, program: program)
  }

  private func strategy(
    of fields: RecordedFields
  ) throws(RecordingRefusal) -> (BalancerProgram, StrategyChoice) {
    let programs = BalancerProgram.allCases.filter { $0.recordings != nil }.map(\.rawValue)
    let name = try fields.text("program")
    guard programs.contains(name), let like = BalancerProgram(rawValue: name) else {
      throw fields.refusal(
        "the program \(quoted(name)) is not known; recordings are of \(listed(programs, "or"))")
    }
    let strategy = Self.strategyName(try fields.text("strategy"))
    do throws(StrategyRefusal) {
      return (like, try strategies.resolveStrategy(strategy, like: like))
    } catch {
      throw fields.refusal(error.message)
    }
  }

  /// The catalogue's name for what a recording calls a strategy: without an argument in
  /// parentheses, and with the words of a directive joined.
  private static func strategyName(_ text: String) -> String {
    String(text.prefix { $0 != "(" }).split(separator: " ").joined(separator: "_")
  }

  private func servers(
    of fields: RecordedFields, program: any RecordedProgram.Type
  ) throws(RecordingRefusal) -> [BalancerScript.Server] {
    var servers: [BalancerScript.Server] = []
    for (index, value) in try fields.list("servers").enumerated() {
      let fields = try RecordedFields(value, at: "\(fields.place): server \(index + 1)")
      let name = try fields.text("name")
      if servers.contains(where: { $0.backend.name == name }) {
        throw fields.refusal("the name \(quoted(name)) is taken; give each server its own")
      }
      var server = BalancerScript.Server(
        backend: Backend(
          // Only HAProxy has servers that are there and get nothing.
          name: name,
          weight: try fields.whole(
            "weight", (program == HAProxyRecordings.self ? 0 : 1)...65_535) ?? 1,
          service: Service(cpu: .constant(.zero))),
        address: try fields.optionalText("address") ?? "\(name):80")
      try program.complete(&server, from: fields)
      servers.append(server)
    }
    guard (1...10_000).contains(servers.count) else {
      throw fields.refusal("`servers` must list from 1 to 10000 servers")
    }
    guard servers.reduce(0, { $0 + $1.backend.weight }) <= 100_000 else {
      throw fields.refusal(
        "the weights add up to more than 100000; make them smaller in proportion")
    }
    return servers
  }

  private func comparison(
    of fields: RecordedFields, _ steps: [ScriptedStep]
  ) throws(RecordingRefusal) -> Recording.Comparison {
    if try fields.flag("exact") ?? true { return .exact }
    if fields.has("phase") { return .phase }
    // Who records chance alone does not wait between the requests.
    return steps.contains { $0.action == .sleep } ? .timing : .distribution
  }
}
