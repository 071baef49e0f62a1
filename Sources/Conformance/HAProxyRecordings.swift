import ClusterModel
import ExperimentModel
import Reporting
import SimulationEngine

/// What recordings of HAProxy say.
enum HAProxyRecordings: RecordedProgram {
  static func complete(
    _ server: inout BalancerScript.Server, from fields: RecordedFields
  ) throws(RecordingRefusal) {
    let words = Options(try fields.optionalText("options") ?? "")
    server.backend.isBackup = words.contains("backup")
    server.isDisabled = words.contains("disabled")
    server.id = try fields.whole("haproxy_id", 1...1_000_000_000)
    func count(after word: String, _ range: ClosedRange<Int>) throws(RecordingRefusal) -> Int? {
      guard let text = words.value(after: word) else { return nil }
      guard let number = Int(text), range.contains(number) else {
        throw fields.refusal(
          "`options` must give `\(word)` a whole number from \(range.lowerBound) to "
            + "\(range.upperBound)")
      }
      return number
    }
    let most = try count(after: "maxconn", 0...1_000_000) ?? 0
    server.backend.maxConnections = most == 0 ? nil : most
    server.queueLimit = try count(after: "maxqueue", 0...1_000_000) ?? 0
    // Either of the two limits given alone is the other as well.
    if let least = try count(after: "minconn", 1...1_000_000) {
      server.minConnections = min(least, most == 0 ? least : most)
      server.backend.maxConnections = max(least, most)
    }
    func time(after word: String) -> Duration? {
      words.value(after: word).flatMap { Configuration.duration($0, unit: "ms") }
    }
    server.backend.slowStart = time(after: "slowstart") ?? .zero
    guard words.contains("check") else { return }
    server.checks = ActiveChecks(
      interval: time(after: "inter") ?? .seconds(2), fastInterval: time(after: "fastinter"),
      downInterval: time(after: "downinter"),
      rise: try count(after: "rise", 1...1_000) ?? 2,
      fall: try count(after: "fall", 1...1_000) ?? 3)
  }

  /// The words behind a server's address in the configuration.
  private struct Options {
    private let words: [String]

    init(_ text: String) { words = text.split(separator: " ").map(String.init) }

    func contains(_ word: String) -> Bool { words.contains(word) }

    func value(after word: String) -> String? {
      words.firstIndex(of: word).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
    }
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
    script.readTimeout = configuration.duration(of: "timeout", "server", unit: "ms")
    script.fullConnections = configuration.count(of: "fullconn") ?? fullConnections(configuration)
    script.retry = retry(configuration)
    if script.strategy.name == "haproxy.random",
      let word = configuration.words(after: "balance")?.first,
      let draws = Int(word.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" })
    {
      script.strategy.options["draws"] = .number(Double(min(max(draws, 1), 1_000)))
    }
    let isHTTP = configuration.words(after: "option", "httpchk") != nil
    for place in script.servers.indices { script.servers[place].checks?.isHTTP = isHTTP }
  }

  /// How many requests make the backend fully loaded: a tenth of what its frontends may have.
  private static func fullConnections(_ configuration: Configuration) -> Int {
    ((configuration.count(of: "maxconn") ?? 0) + 9) / 10
  }

  /// The hash type in force, as the recordings spell it out: method, function and modifier.
  private static func setHashType(_ words: [Substring], of strategy: inout StrategyChoice) {
    if let method = words.first { strategy.options["method"] = .word(String(method)) }
    if words.count > 1 && words[1] != "avalanche" {
      strategy.options["function"] = .word(String(words[1]))
    }
    strategy.options["avalanche"] = .word(words.contains("avalanche") ? "yes" : "no")
  }

  private static func retry(_ configuration: Configuration) -> RetryRule {
    let words = configuration.words(after: "retry-on") ?? ["conn-failure"]
    var rule = RetryRule(
      on: RetryRule.conditions(ofHAProxy: words),
      tries: 1 + (configuration.count(of: "retries") ?? 3), redispatch: redispatch(configuration))
    rule.triesUnsent = words.contains { ["conn-failure", "all-retryable-errors"].contains($0) }
    return rule
  }

  /// Which retries go elsewhere: the last, or every n-th.
  private static func redispatch(_ configuration: Configuration) -> Int {
    guard let words = configuration.words(after: "option", "redispatch") else { return 0 }
    return words.first.flatMap { Int($0) } ?? -1
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
    fields["status"] = outcome.status.map { .whole(Int128($0)) }
    switch action {
    case .request:
      fields["server"] = .init(outcome.last(of: names) ?? outcome.boundTo.map { names[$0] })
      fields["reached"] = .array(outcome.reached(of: names).map(JSONValue.string))
      let servers = outcome.attempts.map(\.server)
      if servers.count > 1 {
        let isMoved = zip(servers, servers.dropFirst()).contains { $0 != $1 }
        let sign = isMoved ? "+" : ""
        fields["retries"] = .string("\(sign)\(servers.count - 1)")
      }
      fields["term"] = term(of: outcome).map(JSONValue.string)
      fields["took"] = outcome.tookField
    case .start:
      fields["picked"] = .init(outcome.holder.map { names[$0] })
      if outcome.isQueued { fields["queued"] = .bool(true) }
      if outcome.status != nil { fields["term"] = term(of: outcome).map(JSONValue.string) }
    case .finish:
      if !outcome.dequeued.isEmpty {
        fields["dequeued"] = .array(
          outcome.dequeued.map {
            .object(["id": .string($0.id), "picked": .string(names[$0.server])])
          })
      }
    case .backend, .admin, .weight, .sleep: break
    }
    return fields
  }

  /// How the log says that a request ended: who ended it and in which phase; nil when it went well.
  private static func term(of outcome: StepOutcome) -> String? {
    guard let last = outcome.attempts.last else { return nil }
    guard last.server != nil else {
      if !outcome.lacksRoom { return "SC" }
      return outcome.took > .zero ? "sQ" : "SQ"
    }
    switch last.result {
    case .refused: return "SC"
    case .connectTimeout: return "sC"
    case .brokeOff: return "SH"
    case .readTimeout: return "sH"
    case .answered, .clientLeft, nil: return nil
    }
  }
}

extension RetryRule {
  /// What HAProxy's words for `retry-on` cover; a failed connection is tried again without a word.
  fileprivate static func conditions(ofHAProxy words: [String]) -> Set<Condition> {
    var conditions: Set<Condition> = []
    for word in words {
      switch word {
      case "empty-response", "junk-response": conditions.insert(.error)
      case "response-timeout": conditions.insert(.timeout)
      case "all-retryable-errors":
        conditions.formUnion([.error, .timeout, .http500, .http502, .http503, .http504])
      default: Condition(rawValue: "http_\(word)").map { _ = conditions.insert($0) }
      }
    }
    return conditions
  }
}
