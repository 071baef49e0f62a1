import ClusterModel
import Reporting

/// What the simulated balancer decided at the steps of a recording, and whether the real one did
/// the same.
public struct ConformanceReport: Sendable, Hashable {
  /// The name of the recording.
  public let id: String
  /// The strategy that was replayed.
  public let strategy: String
  /// How the decisions were compared.
  public let comparison: Recording.Comparison
  /// The steps in order.
  public let steps: [JudgedStep]

  /// How many steps with an outcome agree.
  public var matched: Int { steps.count { $0.verdict == .matched } }
  /// How many steps with an outcome differ.
  public var mismatched: Int { steps.count { $0.verdict == .mismatched } }

  /// The report as JSON on one line: each step as it was read, with its outcome filled in.
  public var json: String {
    JSONValue.object([
      "id": .string(id), "strategy": .string(strategy), "comparison": .string(comparison.rawValue),
      "matched": .whole(Int128(matched)), "mismatched": .whole(Int128(mismatched)),
      "steps": .array(steps.map { .object($0.filledIn) }),
    ]).line
  }
}

/// One step of a recording, answered and judged.
public struct JudgedStep: Sendable, Hashable {
  /// The step as it was read, apart from its outcome.
  public let input: [String: JSONValue]
  /// What the recording says was decided; empty where it says nothing.
  public let recorded: [String: JSONValue]
  /// What the simulated balancer decided; empty for steps at which there is nothing to decide.
  public let decided: [String: JSONValue]
  /// Whether the two agree.
  public internal(set) var verdict = Verdict.notJudged

  /// Whether a step agrees with the recording.
  public enum Verdict: Sendable, Hashable {
    /// There is nothing to compare.
    case notJudged
    /// Both decided the same.
    case matched
    /// They decided differently.
    case mismatched
  }

  /// The step with its outcome filled in.
  public var filledIn: [String: JSONValue] { input.merging(decided) { $1 } }

  /// The field that every recorded outcome of this kind of step has.
  let principal: String?

  /// What was decided first and foremost: the servers tried, or the one that was picked.
  var choice: JSONValue? { principal.flatMap { decided[$0] } }

  /// Whether what one says was decided agrees with what the other says.
  ///
  /// Where the recording has kept the outcome, all of it is compared, including what is absent on
  /// purpose; where parts were taken out, the rest is.
  func agrees(with decided: [String: JSONValue]) -> Bool {
    var keys = Set(recorded.keys)
    if let principal, recorded[principal] != nil { keys.formUnion(decided.keys) }
    return keys.allSatisfy { key in
      if key == "took" {
        return JudgedStep.takesAsLong(recorded[key]?.number, decided[key]?.number)
      }
      return recorded[key] == decided[key]
    }
  }

  /// Whether two requests took equally long, within a quarter of a second; only what took more
  /// than half a second is noted.
  private static func takesAsLong(_ one: Double?, _ other: Double?) -> Bool {
    abs((one ?? 0.5) - (other ?? 0.5)) <= 0.25
  }
}
