import ExperimentModel

extension Keys {
  static let run = Keys(
    of: "`run`",
    [
      "seed": .whole(0...UInt64.max),
      "warmup": .either([.words(["auto", "none"]), .duration]),
      "duration": .duration,
      "replications": .whole(Limits.replications),
      "precision": .ratio,
    ])
}

extension Decoding {
  /// How the experiment is run; nil after a complaint.
  func runSettings(_ field: Field?) -> RunSettings? {
    guard let field else { return RunSettings() }
    guard let fields = fields(of: field, .run) else { return nil }
    var settings = RunSettings()
    if let seed = fields["seed"].flatMap({ whole($0, in: 0...UInt64.max) }) {
      settings.seed = seed
    }
    if let field = fields["warmup"] {
      if case .scalar("auto", _) = field.node.content {
        settings.findsWarmup = true
      } else if let warmup = warmup(field) {
        settings.warmup = warmup
      }
    }
    settings.duration = fields["duration"].flatMap { duration($0, .positiveTime) }
    settings.replications = fields["replications"].flatMap { whole($0, in: Limits.replications) }
    settings.precision = fields["precision"].flatMap { precision($0) }
    return settings
  }

  private func warmup(_ field: Field) -> Duration? {
    switch field.node.content {
    case .scalar("none", _):
      return .zero
    default:
      return duration(field, .time)
    }
  }

  private func precision(_ field: Field) -> Ratio? {
    guard let precision = ratio(field) else { return nil }
    guard Limits.precision.contains(precision.fraction) else {
      refuse(field, "must lie between 0.1% and 50%")
      return nil
    }
    return precision
  }

  /// Whether the run has an end of its own, as far as a sound or unsound `run` shows.
  func mayEnd(_ field: Field?) -> Bool {
    if isEndGiven { return true }
    guard case .mapping(let entries) = field?.node.content else { return field != nil }
    return entries.contains { $0.key == "duration" }
  }

  /// Complains when nothing would be left to measure.
  func check(
    _ run: RunSettings, _ field: Field?, against clients: [ClientGroup], _ clientsField: Field?
  ) {
    if let end = run.duration, case .mapping(let groups)? = clientsField?.node.content {
      for group in clients where group.start >= end {
        guard let entry = groups.first(where: { $0.key == group.name }),
          case .mapping(let keys) = entry.value.content,
          let start = keys.first(where: { $0.key == "start" })
        else { continue }
        complain(
          "the run ends before `start`; let the group begin before run.duration",
          at: start.value.place)
      }
    }
    guard let length = knownLength(run, clients), run.warmup >= length, run.warmup > .zero,
      case .mapping(let keys)? = field?.node.content,
      let warmup = keys.first(where: { $0.key == "warmup" })
    else { return }
    complain(
      "`warmup` leaves nothing to measure; it must be shorter than the run of \(length)",
      at: warmup.value.place)
  }

  /// When the run ends or its clients stop, where the file fixes it.
  func length(of run: RunSettings?, _ clients: [ClientGroup]?) -> Duration? {
    guard let run else { return nil }
    return run.duration ?? clients.flatMap { knownLength(run, $0) }
  }

  /// How long requests are sent, where the file fixes it; nil where it depends on the run.
  private func knownLength(_ run: RunSettings, _ clients: [ClientGroup]) -> Duration? {
    if let duration = run.duration { return duration }
    var length = Duration.zero
    for group in clients {
      guard case .duration(let duration) = group.workload.extent else { return nil }
      length = max(length, group.start + duration)
    }
    return length
  }
}
