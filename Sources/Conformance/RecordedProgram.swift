import ClusterModel
import ExperimentModel
import Reporting
import SimulationEngine

/// What is particular to the recordings of one program: which settings they note, and in which
/// fields they say what the program decided.
protocol RecordedProgram: SendableMetatype {
  /// Adds to a server what this program's recordings say of it.
  static func complete(
    _ server: inout BalancerScript.Server, from fields: RecordedFields) throws(RecordingRefusal)

  /// Adds to a script the settings that this program's recordings note.
  ///
  /// - Parameter configuration: the program's configuration, empty where it was not kept.
  static func complete(
    _ script: inout BalancerScript, from fields: RecordedFields, configuration: Configuration
  ) throws(RecordingRefusal)

  /// The fields in which an outcome may be noted at a step of a kind, the one that every such step
  /// has first; empty for steps without an outcome.
  static func outcomeFields(of action: ScriptedStep.Action) -> [String]

  /// An outcome in the words of the recordings.
  ///
  /// - Parameter names: the names of the servers.
  static func fields(
    of outcome: StepOutcome, at action: ScriptedStep.Action, names: [String]
  ) -> [String: JSONValue]
}

extension BalancerProgram {
  /// How this program's recordings are to be read; nil for one that was never recorded.
  var recordings: (any RecordedProgram.Type)? {
    switch self {
    case .nginx: NginxRecordings.self
    case .haproxy: HAProxyRecordings.self
    case .envoy: EnvoyRecordings.self
    case .ipvs, .finagle, .ideal: nil
    }
  }
}

extension StepOutcome {
  /// How long the request took, as recordings note it: in seconds, if longer than half a second.
  var tookField: JSONValue? {
    let seconds = took.seconds
    return seconds > 0.5 ? .number((seconds * 1000).rounded() / 1000) : nil
  }

  /// The name of the server of the last attempt; nil when none was usable.
  func last(of names: [String]) -> String? { attempts.last?.server.map { names[$0] } }

  /// The servers that saw the request, in order: those that did not refuse the connection.
  func reached(of names: [String]) -> [String] {
    attempts.compactMap { attempt in
      attempt.result == .refused ? nil : attempt.server.map { names[$0] }
    }
  }
}

/// The words of a program's configuration file, line by line.
struct Configuration {
  private let lines: [[Substring]]

  init(_ text: String) {
    lines = text.split(separator: "\n").map { line in
      line.prefix { $0 != "#" }.split { " \t;{}".contains($0) }
    }
  }

  /// Makes what is left of a configuration that was not kept: the directives that the title of the
  /// recording names, each at the beginning of a part of the sentence.
  init(title: String) {
    lines = title.split { ",;:".contains($0) }.map { $0.split(separator: " ") }
  }

  /// The words after a directive, of one word or more, where it first stands; nil when it stands
  /// nowhere.
  func words(after directive: String...) -> [String]? { words(after: directive) }

  private func words(after directive: [String]) -> [String]? {
    lines.first { $0.starts(with: directive) { $0 == $1 } }
      .map { $0.dropFirst(directive.count).map(String.init) }
  }

  /// The whole number that a directive gives.
  func count(of directive: String...) -> Int? {
    words(after: directive)?.first.flatMap { Int($0) }.map { min(max($0, 0), 1_000_000) }
  }

  /// The time that a directive gives.
  func duration(of directive: String..., unit: String) -> Duration? {
    words(after: directive)?.first.flatMap { Configuration.duration($0, unit: unit) }
  }

  /// A time such as `1s`, `500ms` or `2m`, where a bare number has the unit that is usual there.
  static func duration(_ word: String, unit: String) -> Duration? {
    let digits = word.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int64(digits), count < 1_000_000_000 else { return nil }
    let suffix = digits.count == word.count ? unit : String(word.dropFirst(digits.count))
    switch suffix {
    case "ms": return .milliseconds(count)
    case "s": return .seconds(count)
    case "m": return .seconds(60 * count)
    case "h": return .seconds(3600 * count)
    default: return nil
    }
  }
}
