import ExperimentModel

extension Keys {
  static let faultNames = ["kill", "stop", "pause", "fail"]
  static let fault = Keys(
    of: "a fault",
    ["at"] + faultNames + ["for", "every", "times", "signal", "refuse", "rate", "status"],
    later: [
      "delay", "drop", "duplicate", "corrupt", "reorder", "throttle", "partition", "cpu", "memory",
      "by", "jitter", "correlation", "distribution", "direction", "peer", "port", "bandwidth",
      "one_way", "cpus", "burn", "limit", "fill",
    ])
  static let target = Keys(of: "a target", ["pattern", "any", "of"], later: ["label"])
}

extension Decoding {
  /// The timeline of faults; nil after a complaint.
  func faults(_ field: Field?, backends: [Node.Entry], run: RunSettings?) -> [ScheduledFault]? {
    guard let field else { return [] }
    guard let elements = elements(of: field, each: "fault", limit: Limits.faults) else {
      return nil
    }
    let names = backends.map(\.key)
    let faults = elements.compactMap { fault($0, among: names, until: run?.duration) }
    return faults.count == elements.count ? faults : nil
  }

  private func fault(
    _ field: Field, among names: [String], until end: Duration?
  ) -> ScheduledFault? {
    guard let fields = fields(of: field, .fault) else { return nil }
    guard let (kind, target) = kind(fields, of: field) else { return nil }
    checkParameters(fields, of: kind)
    guard let at = fields["at"].flatMap({ duration($0, .time) }) else {
      if fields["at"] == nil {
        complain("the fault needs `at`, such as `at: 10s`", at: field.place)
      }
      return nil
    }
    if let end, at >= end {
      refuse(fields["at"] ?? field, "must be before the end of the run")
    }
    guard let fault = fault(kind, fields, of: field), let targets = targets(target, names) else {
      return nil
    }
    var scheduled = ScheduledFault(at: at, fault, targets: targets)
    scheduled.duration = fields["for"].flatMap { duration($0, .positiveTime) }
    scheduled.every = fields["every"].flatMap { duration($0, .positiveTime) }
    scheduled.times = fields["times"].flatMap { whole($0, in: Limits.occurrences) } ?? 1
    checkRecurrence(scheduled, fields, until: end)
    return scheduled
  }

  /// Which fault it is, and the field of its targets.
  private func kind(_ fields: Fields, of field: Field) -> (String, Field)? {
    let given = Keys.faultNames.compactMap { name in fields[name].map { (name, $0) } }
    if given.count == 1 { return given[0] }
    if given.isEmpty {
      if !fields.explainsAbsence(of: Keys.faultNames) {
        complain(
          "the fault needs a kind and its target, such as `kill: back-01`", at: field.place)
      }
    } else {
      complain(
        "one fault cannot both \(given[0].0) and \(given[1].0); write two", at: given[1].1.keyPlace)
    }
    return nil
  }

  /// Complains about parameters that belong to another fault.
  private func checkParameters(_ fields: Fields, of kind: String) {
    let owners = ["signal": "kill", "refuse": "kill", "rate": "fail", "status": "fail"]
    for field in fields.given {
      guard let owner = owners[field.name], owner != kind else { continue }
      complain("`\(field.name)` belongs to `\(owner)`, not to `\(kind)`", at: field.keyPlace)
    }
  }

  private func fault(_ kind: String, _ fields: Fields, of field: Field) -> Fault? {
    switch kind {
    case "kill":
      let signal = optional(fields["signal"], else: "KILL") { self.signal($0) }
      let refuses = optional(fields["refuse"], else: false) { flag($0) }
      guard let signal, let refuses else { return nil }
      return .kill(signal: signal, refuses: refuses)
    case "stop": return .stop
    case "pause": return .pause
    default:
      let rate = optional(fields["rate"], else: Ratio(1)) { ratio($0) }
      let status = optional(fields["status"], else: 503) { whole($0, in: Limits.errorStatus) }
      guard let rate, let status else { return nil }
      return .fail(rate: rate, status: status)
    }
  }

  /// A signal that ends a process, with or without SIG before its name.
  private func signal(_ field: Field) -> String? {
    let words = ["KILL", "TERM", "INT", "QUIT", "ABRT", "HUP", "SEGV"]
    let accepted = words + words.map { "SIG" + $0 }
    return word(field, among: accepted).map { $0.hasPrefix("SIG") ? String($0.dropFirst(3)) : $0 }
  }

  /// Which backends a fault aims at.
  private func targets(_ field: Field, _ names: [String]) -> TargetSelection? {
    switch field.node.content {
    case .scalar:
      return name(field, names).map { .names([$0]) }
    case .sequence:
      return list(field, names).map(TargetSelection.names)
    case .mapping:
      return selection(field, names)
    }
  }

  private func selection(_ field: Field, _ names: [String]) -> TargetSelection? {
    guard let fields = fields(of: field, .target) else { return nil }
    if let pattern = fields["pattern"] {
      return text(pattern, limit: Limits.nameLength).map(TargetSelection.pattern)
    }
    guard let any = fields["any"] else {
      if !fields.explainsAbsence(of: ["any", "pattern"]) {
        refuse(field, "must hold `pattern`, or `any` and `of`")
      }
      return nil
    }
    let candidates: [String]?
    if let of = fields["of"], case .sequence = of.node.content {
      candidates = list(of, names)
    } else {
      candidates = optional(fields["of"], else: names) { $0.isBackends ? names : list($0, names) }
    }
    guard let candidates, let count = whole(any, in: 1...max(1, candidates.count)) else {
      return nil
    }
    return .any(count, of: candidates)
  }

  private func list(_ field: Field, _ names: [String]) -> [String]? {
    guard let elements = elements(of: field, each: "target", limit: Limits.backends) else {
      return nil
    }
    guard !elements.isEmpty else {
      complain("`\(field.name)` aims at nothing; name a backend", at: field.place)
      return nil
    }
    let targets = elements.compactMap { name($0, names) }
    return targets.count == elements.count ? targets : nil
  }

  /// The name of a backend.
  private func name(_ field: Field, _ names: [String]) -> String? {
    guard let name = scalar(field, "must name a backend") else { return nil }
    if names.contains(name) { return name }
    let meant = suggestion(for: name, among: Array(names.prefix(300)))
    let hint = meant.map { "; did you mean `\($0)`?" } ?? ""
    complain("there is no backend \(quoted(name))\(hint)", at: field.place)
    return nil
  }

  /// Complains about a recurrence that cannot be meant.
  private func checkRecurrence(_ fault: ScheduledFault, _ fields: Fields, until end: Duration?) {
    if let every = fields["every"], fields["times"] == nil {
      complain("`every` needs `times`, how often it happens", at: every.keyPlace)
    }
    if let times = fields["times"], fault.times > 1, fields["every"] == nil {
      complain("`times` needs `every`, the time between two beginnings", at: times.keyPlace)
    }
    if let every = fault.every, let duration = fault.duration, duration > every,
      let field = fields["for"]
    {
      refuse(field, "must not be longer than `every`")
    }
    if let every = fault.every, let field = fields["times"] {
      let last = Double(fault.times) * every.inSeconds
      if last > Limits.longestTime.inSeconds { refuse(field, "must end within 10 years") }
    }
  }
}

extension Field {
  /// Whether the word for all backends stands here.
  fileprivate var isBackends: Bool {
    if case .scalar("backends", _) = node.content { true } else { false }
  }
}
