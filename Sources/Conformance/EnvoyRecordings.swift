import ClusterModel
import ExperimentModel
import Reporting
import SimulationEngine

/// What recordings of Envoy say.
enum EnvoyRecordings: RecordedProgram {
  static func complete(
    _ server: inout BalancerScript.Server, from fields: RecordedFields
  ) throws(RecordingRefusal) {}

  static func complete(
    _ script: inout BalancerScript, from fields: RecordedFields, configuration: Configuration
  ) throws(RecordingRefusal) {
    if let factor = try fields.whole("hash_balance_factor", 0...1_000_000) {
      script.strategy.options["hash_balance_factor"] = .number(Double(factor))
    }
    script.outliers = try outliers(fields)
    script.retry = retry(configuration)
  }

  /// The settings of the outlier detection; nil where there is none.
  private static func outliers(
    _ fields: RecordedFields
  ) throws(RecordingRefusal) -> OutlierDetection.Settings? {
    guard let value = fields.values["outlier_detection"] else { return nil }
    let given = try RecordedFields(value, at: "\(fields.place): outlier_detection")
    var settings = OutlierDetection.Settings()
    if let limit = try given.whole("consecutive_5xx", 0...1_000_000) {
      settings.consecutiveFailures = Int32(limit)
    }
    if let seconds = try given.seconds("interval_s") {
      settings.interval = Nanoseconds(nearest: max(seconds, 0.001) * 1e9)
    }
    if let seconds = try given.seconds("base_ejection_time_s") {
      settings.baseEjection = Nanoseconds(nearest: seconds * 1e9)
    }
    if let seconds = try given.seconds("max_ejection_time_s") {
      settings.longestEjection = Nanoseconds(nearest: seconds * 1e9)
    }
    if let percent = try given.whole("max_ejection_percent", 0...100) {
      settings.mostEjectedPercent = percent
    }
    settings.alwaysEjectsOne = try given.flag("always_eject_one_host") ?? false
    return settings
  }

  /// When a request is tried again; nil for never.
  private static func retry(_ configuration: Configuration) -> RetryRule? {
    let words =
      configuration.words(after: "retry_policy:", "retry_on:")
      ?? configuration.words(after: "retry_on")
    guard let words else { return nil }
    let conditions = (words.first ?? "").split { "\", ".contains($0) }
    var rule = RetryRule(on: [])
    for condition in conditions { rule.on.formUnion(RetryRule.conditions(ofEnvoy: condition)) }
    rule.onlyUnsent = conditions.allSatisfy { $0 == "connect-failure" }
    if let place = words.firstIndex(of: "num_retries:"), place + 1 < words.count,
      let retries = Int(words[place + 1].prefix { $0.isNumber }), retries < 1_000
    {
      rule.tries = 1 + retries
    }
    return rule
  }

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
    fields["status"] = outcome.status.map { .whole(Int128($0)) }
    switch action {
    case .request:
      let reached = outcome.reached(of: names)
      fields["server"] = .init(reached.last)
      fields["reached"] = .array(reached.map(JSONValue.string))
      fields["took"] = outcome.tookField
    case .start:
      fields["picked"] = .init(outcome.holder.map { names[$0] })
    case .finish, .backend, .admin, .weight, .sleep: break
    }
    return fields
  }
}

extension RetryRule {
  /// What one of Envoy's conditions for a retry covers; nothing for one that is not modelled.
  fileprivate static func conditions(ofEnvoy word: Substring) -> Set<Condition> {
    switch word {
    case "connect-failure", "reset", "reset-before-request": [.error, .timeout]
    case "gateway-error": [.error, .timeout, .http502, .http503, .http504]
    case "5xx": [.error, .timeout, .http500, .http502, .http503, .http504]
    default: []
    }
  }
}
