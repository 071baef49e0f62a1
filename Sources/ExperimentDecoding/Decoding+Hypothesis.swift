import ExperimentModel

extension Decoding {
  /// The lines of a hypothesis about a system with these backends; nil after a complaint.
  func hypothesis(_ field: Field?, backends: [String]) -> [Expectation]? {
    guard let field else { return [] }
    guard let elements = elements(of: field, each: "hypothesis", limit: Limits.expectations)
    else { return nil }
    let expectations = elements.compactMap { expectation($0, backends: backends) }
    return expectations.count == elements.count ? expectations : nil
  }

  /// A figure, a relation and a bound, such as `latency.p99 < 4s`.
  func expectation(_ field: Field, backends: [String]) -> Expectation? {
    let demand = "must be a figure, a relation and a bound, such as \"latency.p99 < 4s\""
    guard let text = scalar(field, demand) else { return nil }
    // The relations that are two characters come first, so that none is taken for a shorter one.
    let relations = Expectation.Relation.allCases.compactMap { relation in
      text.firstRange(of: relation.rawValue).map { (relation, $0) }
    }
    guard let (relation, range) = relations.first else {
      refuse(field, demand)
      return nil
    }
    let name = trimmed(text[..<range.lowerBound])
    guard let figure = figure(name, of: field, backends: backends) else { return nil }
    let bound = Node(
      place: field.place, content: .scalar(trimmed(text[range.upperBound...]), isPlain: true))
    return self.bound(Field(name: name, node: bound), in: figure.measure.unit).map {
      Expectation(expression: trimmed(text[...]), figure: figure, relation: relation, bound: $0)
    }
  }

  /// The figure of a name; nil after a complaint.
  func figure(_ name: String, of field: Field, backends: [String]) -> MeasuredFigure? {
    if let figure = MeasureCatalog.figure(name, backends: backends) { return figure }
    let ofRun = MeasureCatalog.ofRun.map(\.name)
    let candidates =
      ofRun
      + backends.prefix(100).flatMap { backend in
        MeasureCatalog.ofBackend.map { "backends.\(backend).\($0.name)" }
      }
    let hint =
      suggestion(for: name, among: candidates).map { "did you mean `\($0)`?" }
      ?? "there are \(listed(ofRun)), and backends.NAME.share and the like"
    complain("there is no figure \(quoted(name)); \(hint)", at: field.place)
    return nil
  }

  /// A bound in the unit of a figure.
  private func bound(_ field: Field, in unit: Measure.Unit) -> Double? {
    switch unit {
    case .time:
      return duration(field, .time).map { $0.inSeconds * 1000 }
    case .share:
      return ratio(field).map(\.fraction)
    case .rate:
      guard case .scalar(let text, _) = field.node.content, !text.contains("/") else {
        return rate(field).map(\.perSecond)
      }
      return number(field, in: 0...1e15)
    case .count:
      return number(field, in: 0...1e15)
    }
  }

  private func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0.isWhitespace }
    let blanks = start.reversed().prefix { $0.isWhitespace }.count
    return String(start.dropLast(blanks))
  }
}
