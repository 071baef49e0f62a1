import ExperimentModel

extension Keys {
  /// The kinds of faults, each with the parameters that it takes.
  static let faultKinds: KeyValuePairs<String, [(String, Shape)]> = [
    "kill": [("signal", .words(signals)), ("refuse", .flag)],
    "stop": [],
    "pause": [],
    "fail": [("rate", .ratio), ("status", .whole(Limits.errorStatus))],
    "delay": [
      ("by", .duration), ("jitter", .duration), ("correlation", .ratio),
      ("distribution", .words(PacketDelay.Shape.allCases.map(\.rawValue))),
    ] + filter,
    "drop": likelihood + [("model", .mapping(.lossModel))] + filter,
    "duplicate": likelihood + filter,
    "corrupt": likelihood + filter,
    "reorder": likelihood + filter,
    "throttle": [("bandwidth", .bandwidth)] + filter,
    "degrade": [("profile", .words(NetworkProfile.allCases.map(\.rawValue)))] + filter,
    "partition": [("one_way", .flag)],
    "cpu": [("cpus", .number(Limits.cores)), ("burn", .number(Limits.cores))],
    "memory": [("limit", .size), ("fill", .size)],
  ]
  private static let likelihood: [(String, Shape)] = [("rate", .ratio), ("correlation", .ratio)]
  /// Which packets of a target are meant.
  private static let filter: [(String, Shape)] = [
    ("direction", .words(PacketFilter.Direction.allCases.map(\.rawValue))), ("peer", names),
    ("port", .whole(Limits.port)),
    ("protocol", .words(PacketFilter.TransportProtocol.allCases.map(\.rawValue))),
  ]
  /// When a fault happens, how long and how often.
  private static let recurrence: [(String, Shape)] = [
    ("for", .duration), ("every", .duration), ("times", .whole(Limits.occurrences)),
  ]
  static let fault = Keys(
    of: "a fault",
    [("at", .duration)] + faultKinds.map { ($0.key, targets) } + recurrence
      + faultKinds.flatMap(\.value))
  static let target = Keys(
    of: "a target",
    [
      "pattern": .text(limit: Limits.nameLength), "any": .whole(1...Limits.backends),
      "of": names, "label": .text(limit: Limits.nameLength),
    ])
  private static let names = Shape.either([
    .text(limit: Limits.nameLength),
    .list(.text(limit: Limits.nameLength), most: Limits.backends),
  ])
  private static let targets = Shape.either([names, .mapping(.target)])
  /// The timeline of faults; each has one kind and takes the parameters of that kind alone.
  static let faults = Shape.list(
    .either(
      faultKinds.map { kind in
        let target =
          kind.key == "partition" ? Shape.list(.either([targets, names]), most: 2) : targets
        return .mapping(
          Keys(
            of: "the fault `\(kind.key)`",
            [("at", .duration), (kind.key, target)] + recurrence + kind.value,
            required: ["at", kind.key]))
      }), most: Limits.faults)
  /// The signals that end a process, with or without SIG before their names.
  fileprivate static let signals = ["", "SIG"].flatMap { prefix in
    ["KILL", "TERM", "INT", "QUIT", "ABRT", "HUP", "SEGV"].map { prefix + $0 }
  }
}

extension Decoding {
  /// The timeline of faults; nil after a complaint.
  ///
  /// - Parameter end: when nothing is left that a fault could disturb; nil when nobody knows.
  func faults(
    _ field: Field?, in places: NetworkPlaces, until end: Duration?
  ) -> [ScheduledFault]? {
    guard let field else { return [] }
    guard let elements = elements(of: field, each: "fault", limit: Limits.faults) else {
      return nil
    }
    let faults = elements.compactMap { fault($0, in: places, until: end) }
    return faults.count == elements.count ? faults : nil
  }

  private func fault(
    _ field: Field, in places: NetworkPlaces, until end: Duration?
  ) -> ScheduledFault? {
    guard let fields = fields(of: field, .fault) else { return nil }
    guard let (kind, target) = kind(fields, of: field) else { return nil }
    checkParameters(fields, of: kind)
    let at = fields["at"].flatMap { duration($0, .time) }
    if fields["at"] == nil {
      complain("the fault needs `at`, such as `at: 10s`", at: field.place)
    }
    if let at, let end, at >= end {
      refuse(fields["at"] ?? field, "must be before the end of the run")
    }
    let fault = fault(kind, fields, in: places)
    let reach: TargetReach = Keys.isOfNetwork(kind) ? .nodes : .backends
    let targets =
      kind == "partition"
      ? partitioned(target, in: places) : targets(target, places, reach)
    guard let at, let fault, let targets else { return nil }
    var scheduled = ScheduledFault(at: at, fault, targets: targets)
    scheduled.duration = fields["for"].flatMap { duration($0, .positiveTime) }
    scheduled.every = fields["every"].flatMap { duration($0, .positiveTime) }
    scheduled.times = fields["times"].flatMap { whole($0, in: Limits.occurrences) } ?? 1
    checkRecurrence(scheduled, fields)
    return scheduled
  }

  /// Which fault it is, and the field of its targets.
  private func kind(_ fields: Fields, of field: Field) -> (String, Field)? {
    let names = Keys.faultKinds.map(\.key)
    let given = names.compactMap { name in fields[name].map { (name, $0) } }
    if given.count == 1 { return given[0] }
    if given.isEmpty {
      if !fields.explainsAbsence(of: names) {
        complain(
          "the fault needs a kind and its target, such as `kill: back-01`", at: field.place)
      }
    } else {
      complain(
        "one fault cannot both \(given[0].0) and \(given[1].0); write two", at: given[1].1.keyPlace)
    }
    return nil
  }

  /// Complains about parameters that belong to other faults.
  private func checkParameters(_ fields: Fields, of kind: String) {
    let common: Set<String> = ["at", "for", "every", "times", kind]
    let own = Keys.faultKinds.first { $0.key == kind }?.value.map(\.0) ?? []
    let kinds = Set(Keys.faultKinds.map(\.key))
    for field in fields.given {
      let name = field.name
      if common.contains(name) || own.contains(name) || kinds.contains(name) { continue }
      let rest = own.isEmpty ? "" : "; it takes \(listed(own.map { "`\($0)`" }))"
      complain("`\(kind)` takes no `\(name)`\(rest)", at: field.keyPlace)
    }
  }

  private func fault(_ kind: String, _ fields: Fields, in places: NetworkPlaces) -> Fault? {
    switch kind {
    case "kill":
      let signal = optional(fields["signal"], else: "KILL") { self.signal($0) }
      let refuses = optional(fields["refuse"], else: false) { flag($0) }
      guard let signal, let refuses else { return nil }
      return .kill(signal: signal, refuses: refuses)
    case "stop": return .stop
    case "pause": return .pause
    case "fail":
      let rate = optional(fields["rate"], else: Ratio(1)) { ratio($0) }
      let status = optional(fields["status"], else: 503) { whole($0, in: Limits.errorStatus) }
      guard let rate, let status else { return nil }
      return .fail(rate: rate, status: status)
    case "cpu": return cpuFault(fields)
    case "memory": return memoryFault(fields)
    case "partition": return partition(fields, in: places)
    case "degrade":
      let filter = packetFilter(fields, in: places)
      let profile = needed("profile", of: fields, example: "3g").flatMap { self.profile($0) }
      guard let filter, let profile else { return nil }
      return .degrade(profile, filter)
    default:
      let filter = packetFilter(fields, in: places)
      let impairment = packetImpairment(kind, fields)
      guard let filter, let impairment else { return nil }
      return .impair(impairment, filter)
    }
  }

  /// A signal that ends a process, with or without SIG before its name.
  private func signal(_ field: Field) -> String? {
    word(field, among: Keys.signals).map { $0.hasPrefix("SIG") ? String($0.dropFirst(3)) : $0 }
  }

  /// A new CPU limit, or competing load.
  private func cpuFault(_ fields: Fields) -> Fault? {
    guard let given = eitherOf("cpus", "burn", of: fields, example: "`cpus: 0.05` or `burn: 2`")
    else { return nil }
    let cores = number(given, in: Limits.cores).map(Cores.init)
    return cores.map { given.name == "cpus" ? .limitCPU($0) : .burnCPU($0) }
  }

  /// A new memory limit, or competing use.
  private func memoryFault(_ fields: Fields) -> Fault? {
    guard let given = eitherOf("limit", "fill", of: fields, example: "`limit: 32M` or `fill: 100M`")
    else { return nil }
    return size(given).map { given.name == "limit" ? .limitMemory($0) : .fillMemory($0) }
  }

  /// The one of two keys that is given; nil, after a complaint, when none or both are.
  private func eitherOf(
    _ one: String, _ other: String, of fields: Fields, example: String
  ) -> Field? {
    switch (fields[one], fields[other]) {
    case (let given?, nil), (nil, let given?): return given
    case (_?, let second?):
      complain("give either `\(one)` or `\(other)`, not both", at: second.keyPlace)
    case (nil, nil):
      if !fields.explainsAbsence(of: [one, other]) {
        complain("the fault needs \(example)", at: fields.owner.place)
      }
    }
    return nil
  }

  /// Complains about a recurrence that cannot be meant.
  private func checkRecurrence(_ fault: ScheduledFault, _ fields: Fields) {
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
