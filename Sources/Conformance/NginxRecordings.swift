import ClusterModel
import ExperimentModel
import Reporting

/// What recordings of nginx say.
enum NginxRecordings: RecordedProgram {
  static func complete(
    _ server: inout BalancerScript.Server, from fields: RecordedFields
  ) throws(RecordingRefusal) {
    let limit = try fields.whole("max_conns", 0...1_000_000) ?? 0
    server.backend.maxConnections = limit == 0 ? nil : limit
    server.backend.isDown = try fields.flag("down") ?? false
    server.backend.isBackup = try fields.flag("backup") ?? false
    server.passive.maxFails = try fields.whole("max_fails", 0...1_000_000) ?? 1
    server.passive.failTimeout = .seconds(Int(try fields.seconds("fail_timeout") ?? 10))
  }

  static func complete(
    _ script: inout BalancerScript, from fields: RecordedFields, configuration: Configuration
  ) throws(RecordingRefusal) {
    var rule = RetryRule()
    if let words = try fields.texts("next_upstream") {
      rule.on = []
      // No backend of a recording answers with a header that cannot be read.
      for word in words where word != "off" && word != "invalid_header" {
        guard let condition = RetryRule.Condition(rawValue: word) else {
          let known = RetryRule.Condition.allCases.map { "`\($0.rawValue)`" }
          throw fields.refusal(
            "`next_upstream` has an unknown word `\(word)`; give any of "
              + known.joined(separator: ", ")
          )
        }
        rule.on.insert(condition)
      }
    }
    rule.tries = try fields.whole("next_upstream_tries", 0...1_000_000) ?? 0
    rule.time =
      try fields.seconds("next_upstream_timeout").map { .seconds($0) }
      ?? configuration.duration(of: "proxy_next_upstream_timeout", unit: "s") ?? .zero
    script.retry = rule
    script.readTimeout =
      try fields.seconds("read_timeout").map { .seconds($0) }
      ?? configuration.duration(of: "proxy_read_timeout", unit: "s")
  }

  static func outcomeFields(of action: ScriptedStep.Action) -> [String] {
    switch action {
    case .request: ["attempts", "status", "attempt_status", "took"]
    case .start: ["picked", "status", "attempts"]
    case .finish: ["status"]
    case .backend, .admin, .weight, .sleep: []
    }
  }

  static func fields(
    of outcome: StepOutcome, at action: ScriptedStep.Action, names: [String]
  ) -> [String: JSONValue] {
    var fields: [String: JSONValue] = [:]
    fields["status"] = outcome.status.map { .whole(Int128($0)) }
    switch action {
    case .request:
      fields["attempts"] = .array(outcome.attempts.map { .init($0.server.map { names[$0] }) })
      let statuses = outcome.attempts.map(status)
      if statuses != ["200"] { fields["attempt_status"] = .array(statuses.map(JSONValue.string)) }
      fields["took"] = outcome.tookField
    case .start:
      fields["picked"] = .init(outcome.holder.map { names[$0] })
      if outcome.holder == nil {
        fields["attempts"] = .array(outcome.attempts.map { .init($0.server.map { names[$0] }) })
      }
    case .finish, .backend, .admin, .weight, .sleep: break
    }
    return fields
  }

  /// What `$upstream_status` shows for an attempt.
  private static func status(of attempt: ScriptedAttempt) -> String {
    switch attempt.result {
    case .answered(let status): "\(status)"
    case .connectTimeout, .readTimeout: "504"
    case .refused, .brokeOff, .clientLeft, nil: "502"
    }
  }
}
