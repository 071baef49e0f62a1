import ClusterModel
import ExperimentModel

/// What recordings of Envoy say.
enum EnvoyRecordings: RecordedProgram {
  static func complete(
    _ server: inout BalancerScript.Server, from fields: RecordedFields
  ) throws(RecordingRefusal) {}

  static func complete(
    _ script: inout BalancerScript, from fields: RecordedFields, configuration: Configuration
  ) throws(RecordingRefusal) {}

  static func outcomeFields(of action: ScriptedStep.Action) -> [String] {
    switch action {
    case .request: ["server", "reached", "status", "took"]
    case .start: ["picked", "status"]
    case .finish: ["status"]
    case .backend, .admin, .weight, .sleep: []
    }
  }

  static func fields(
    of outcome: StepOutcome, at action: ScriptedStep.Action, names: [String]
  ) -> [String: JSONValue] {
    var fields: [String: JSONValue] = [:]
    fields["status"] = outcome.status.map { .whole(Int($0)) }
    switch action {
    case .request:
      let reached = outcome.reached(of: names)
      fields["server"] = .init(reached.last)
      fields["reached"] = .list(reached.map(JSONValue.text))
      fields["took"] = outcome.tookField
    case .start:
      fields["picked"] = .init(outcome.holder.map { names[$0] })
    case .finish, .backend, .admin, .weight, .sleep: break
    }
    return fields
  }
}
