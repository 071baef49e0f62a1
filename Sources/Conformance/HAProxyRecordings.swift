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
    if words.contains("check") {
      func count(after word: String, else standard: Int) -> Int {
        value(after: word, in: words).flatMap { Int($0) }.map { min(max($0, 1), 1_000) } ?? standard
      }
      func time(after word: String) -> Duration? {
        value(after: word, in: words).flatMap { Configuration.duration(String($0), unit: "ms") }
      }
      server.checks = ActiveChecks(
        interval: time(after: "inter") ?? .seconds(2), fastInterval: time(after: "fastinter"),
        downInterval: time(after: "downinter"), rise: count(after: "rise", else: 2),
        fall: count(after: "fall", else: 3))
    }
  }

  private static func value(after word: String, in words: [Substring]) -> Substring? {
    words.firstIndex { $0 == word }.flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
  }

  static func complete(
    _ script: inout BalancerScript, from fields: RecordedFields, configuration: Configuration
  ) throws(RecordingRefusal) {
    if let type = try fields.optionalText("hash_type") {
      setHashType(type.split(separator: " "), of: &script.strategy)
    }
    if let factor = try fields.whole("hash_balance_factor", 0...65_535) {
      script.strategy.options["balance-factor"] = .number(Double(factor))
    }
    script.usesAllBackups = try fields.flag("allbackups") ?? false
    script.queueTimeout = configuration.duration(of: "timeout", "queue", unit: "ms")
    script.retry = RetryRule(
      on: [],
      tries: 1 + (configuration.words(after: "retries")?.first.flatMap { Int($0) } ?? 3),
      redispatch: try redispatch(fields, configuration))
    if script.strategy.name == "haproxy.random",
      let word = configuration.words(after: "balance")?.first,
      let draws = Int(word.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" })
    {
      script.strategy.options["draws"] = .number(Double(min(max(draws, 1), 1_000)))
    }
    let isHTTP = configuration.words(after: "option", "httpchk") != nil
    for place in script.servers.indices { script.servers[place].checks?.isHTTP = isHTTP }
  }

  /// The hash type in force, as the recordings spell it out: method, function and modifier.
  private static func setHashType(_ words: [Substring], of strategy: inout StrategyChoice) {
    if let method = words.first { strategy.options["method"] = .word(String(method)) }
    if words.count > 1 && words[1] != "avalanche" {
      strategy.options["function"] = .word(String(words[1]))
    }
    strategy.options["avalanche"] = .word(words.contains("avalanche") ? "yes" : "no")
  }

  /// Which retries go elsewhere; where the configuration was not kept, the title says whether any
  /// do.
  private static func redispatch(
    _ fields: RecordedFields, _ configuration: Configuration
  ) throws(RecordingRefusal) -> Int {
    if let words = configuration.words(after: "option", "redispatch") {
      return words.first.flatMap { Int($0) } ?? -1
    }
    if !configuration.isEmpty { return 0 }
    return try fields.optionalText("title")?.contains("option redispatch") == true ? -1 : 0
  }

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
