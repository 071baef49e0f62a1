import ExperimentModel

/// What a fault may aim at.
enum TargetReach {
  /// Backends alone: what is done to a container's process or its resources.
  case backends
  /// Every node of the network: the balancer, client groups and backends, whole sites too.
  case nodes
}

extension Decoding {
  /// Whom a fault aims at; nil after a complaint.
  func targets(
    _ field: Field, _ places: NetworkPlaces, _ reach: TargetReach
  ) -> TargetSelection? {
    switch field.node.content {
    case .scalar, .sequence: names(field, places, reach).map(TargetSelection.names)
    case .mapping: selection(field, places, reach)
    }
  }

  private func selection(
    _ field: Field, _ places: NetworkPlaces, _ reach: TargetReach
  ) -> TargetSelection? {
    guard let fields = fields(of: field, .target) else { return nil }
    let ways = ["pattern", "any", "label"].compactMap { fields[$0] }
    guard let way = ways.first else {
      if !fields.explainsAbsence(of: ["any", "pattern", "label"]) {
        refuse(field, "must hold `pattern`, `label`, or `any` and `of`")
      }
      return nil
    }
    if ways.count > 1 {
      complain(
        "a target is chosen by `\(way.name)` or by `\(ways[1].name)`, not by both",
        at: ways[1].keyPlace)
      return nil
    }
    switch way.name {
    case "pattern": return pattern(way, places)
    case "label": return label(way)
    default:
      let all = places.backends.map(\.key)
      let candidates = optional(fields["of"], else: all) { names($0, places, reach) }
      guard let candidates, let count = whole(way, in: 1...max(1, candidates.count)) else {
        return nil
      }
      return .any(count, of: candidates)
    }
  }

  private func pattern(_ field: Field, _ places: NetworkPlaces) -> TargetSelection? {
    guard let pattern = text(field, limit: Limits.nameLength) else { return nil }
    guard places.backends.contains(where: { pattern.matches($0.key) }) else {
      complain("no backend has a name like \(quoted(pattern))", at: field.place)
      return nil
    }
    return .pattern(pattern)
  }

  private func label(_ field: Field) -> TargetSelection? {
    guard let text = text(field, limit: Limits.nameLength) else { return nil }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let key = parts.first, !key.isEmpty else {
      refuse(field, "must be a container's label such as role=backend")
      return nil
    }
    return .label(key: String(key), value: parts.count > 1 ? String(parts[1]) : nil)
  }

  /// The nodes of a name or of a list of names, each once.
  func names(_ field: Field, _ places: NetworkPlaces, _ reach: TargetReach) -> [String]? {
    guard case .sequence = field.node.content else { return node(field, places, reach) }
    guard let elements = elements(of: field, each: "target", limit: Limits.backends) else {
      return nil
    }
    guard !elements.isEmpty else {
      complain("`\(field.name)` aims at nothing; name a backend", at: field.place)
      return nil
    }
    let targets = elements.compactMap { node($0, places, reach) }
    guard targets.count == elements.count else { return nil }
    var known: Set<String> = []
    return targets.joined().filter { known.insert($0).inserted }
  }

  /// The nodes that a name stands for: one, all of a kind, or all at a site.
  func node(_ field: Field, _ places: NetworkPlaces, _ reach: TargetReach) -> [String]? {
    let who = reach == .backends ? "a backend" : "the balancer, a client group, a backend or a site"
    guard let name = scalar(field, "must name \(who)") else { return nil }
    let nodes = places.nodes(called: name, reach)
    if !nodes.isEmpty { return nodes }
    let meant = suggestion(for: name, among: places.candidates(reach))
    let hint = meant.map { "; did you mean `\($0)`?" } ?? ""
    if reach == .backends, !places.nodes(called: name, .nodes).isEmpty {
      complain("only backends can be targets here; \(quoted(name)) is none", at: field.place)
    } else {
      let what = reach == .backends ? "backend" : "balancer, client group, backend or site"
      complain("there is no \(what) \(quoted(name))\(hint)", at: field.place)
    }
    return nil
  }
}
