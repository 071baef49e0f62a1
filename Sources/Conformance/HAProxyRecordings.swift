import ClusterModel
import ExperimentModel

/// What recordings of HAProxy say.
enum HAProxyRecordings: RecordedProgram {
  static func complete(
    _ server: inout BalancerScript.Server, from fields: RecordedFields
  ) throws(RecordingRefusal) {
    let words = try fields.optionalText("options")?.split(separator: " ") ?? []
    server.backend.isBackup = words.contains("backup")
    if let place = words.firstIndex(of: "maxconn"), place + 1 < words.count {
      guard let limit = Int(words[place + 1]), (0...1_000_000).contains(limit) else {
        throw fields.refusal("`options` must give `maxconn` a whole number up to 1000000")
      }
      server.backend.maxConnections = limit == 0 ? nil : limit
    }
  }

  static func complete(
    _ script: inout BalancerScript, from fields: RecordedFields, configuration: Configuration
  ) throws(RecordingRefusal) {}

  static func outcomeFields(of action: ScriptedStep.Action) -> [String] {
    switch action {
    case .request: ["server", "reached", "status", "retries", "term", "took"]
    case .start: ["picked", "queued", "status", "term"]
    case .finish: ["status", "dequeued"]
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
      fields["server"] = .init(outcome.last(of: names))
      fields["reached"] = .list(outcome.reached(of: names).map(JSONValue.text))
      let servers = outcome.attempts.map(\.server)
      if servers.count > 1 {
        let sign = servers.first == servers.last ? "" : "+"
        fields["retries"] = .text("\(sign)\(servers.count - 1)")
      }
      if outcome.attempts.last?.result == .refused { fields["term"] = .text("SC") }
      fields["took"] = outcome.tookField
    case .start:
      fields["picked"] = .init(outcome.holder.map { names[$0] })
      if outcome.isQueued { fields["queued"] = .bool(true) }
    case .finish:
      if !outcome.dequeued.isEmpty {
        fields["dequeued"] = .list(
          outcome.dequeued.map {
            .object(["id": .text($0.id), "picked": .text(names[$0.server])])
          })
      }
    case .backend, .admin, .weight, .sleep: break
    }
    return fields
  }
}
