import ExperimentModel
import FoundationEssentials

/// What `compare` tells: the report of each alternative, how each differs from the baseline, and
/// which of them are best.
public struct ComparisonReport: Sendable {
  /// A figure of an alternative minus that of the baseline.
  public struct Difference: Sendable, Encodable {
    /// The alternative.
    public var strategy: String
    /// The figure, and its place in the JSON of a run.
    public var measure: Measure
    /// The difference; null where one of both has no such figure.
    @OrNull public var difference: Figure?
    /// `better`, `worse` or `not distinguishable`.
    public var verdict: String

    /// Makes a difference.
    public init(strategy: String, measure: Measure, difference: Figure?, verdict: String) {
      self.strategy = strategy
      self.measure = measure
      self.difference = difference
      self.verdict = verdict
    }

    private enum CodingKeys: String, CodingKey { case strategy, metric, difference, verdict }

    /// Writes the measure by its place in the JSON of a run.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(strategy, forKey: .strategy)
      try container.encode(measure.key, forKey: .metric)
      try container.encode(difference, forKey: .difference)
      try container.encode(verdict, forKey: .verdict)
    }
  }

  /// An alternative's place.
  public struct Rank: Sendable, Encodable {
    /// The alternative.
    public var strategy: String
    /// One more than the number of alternatives that are better beyond doubt.
    public var rank: Int
    /// The figure that decides; null where there is none, as the latency of no request.
    @OrNull public var value: Figure?
    /// The alternatives that cannot be told from it.
    public var peers: [String]

    /// Makes a place.
    public init(strategy: String, rank: Int, value: Figure?, peers: [String]) {
      self.strategy = strategy
      self.rank = rank
      self.value = value
      self.peers = peers
    }

    private enum CodingKeys: String, CodingKey {
      case strategy, rank, value
      case peers = "not_distinguishable_from"
    }
  }

  /// The name of the topology or experiment.
  public var name: String
  /// The name of the alternative that the others are compared with.
  public var baseline: String
  /// The reports of the alternatives, each with its name in the comparison.
  public var results: [(name: String, report: RunReport)]
  /// The differences from the baseline.
  public var differences: [Difference]
  /// The measure that the ranking is by.
  public var rankedBy: Measure
  /// The alternatives from the best to the worst.
  public var ranking: [Rank]
  /// What an alternative is called where there is little room, by its name; those that are not
  /// there are called by their names.
  public var labels: [String: String] = [:]

  /// Makes a report.
  public init(
    name: String, baseline: String, results: [(name: String, report: RunReport)],
    differences: [Difference], rankedBy: Measure, ranking: [Rank]
  ) {
    self.name = name
    self.baseline = baseline
    self.results = results
    self.differences = differences
    self.rankedBy = rankedBy
    self.ranking = ranking
  }
}

extension ComparisonReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case format, name, baseline, results, differences, ranking
    case rankedBy = "ranked_by"
  }

  /// Writes the whole comparison.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(RunReport.format, forKey: .format)
    try container.encode(name, forKey: .name)
    try container.encode(baseline, forKey: .baseline)
    try container.encode(results.map { $0.report.named($0.name) }, forKey: .results)
    try container.encode(differences, forKey: .differences)
    try container.encode(rankedBy.key, forKey: .rankedBy)
    try container.encode(ranking, forKey: .ranking)
  }

  /// The comparison as JSON with sorted keys, without a final newline.
  public var json: String { readableJSON(self) }
}

extension RunReport {
  /// The report under the name of its alternative, where that is not the strategy's own.
  fileprivate func named(_ name: String) -> RunReport {
    var report = self
    report.alternative = name == strategy ? nil : name
    return report
  }
}

extension ComparisonReport {
  /// The comparison for a reader at a terminal, ending in a newline.
  ///
  /// - Parameter width: how many columns there are; where they are few, some percentiles are left
  ///   out.
  public func table(style: TextStyle = .plain, width: Int = 120) -> String {
    var shown = MeasureCatalog.compared
    var rows = tableLines(of: shown)
    for name in Self.dispensable where rows.contains(where: { $0.displayWidth > width }) {
      shown.removeAll { $0.name == name && $0 != rankedBy }
      rows = tableLines(of: shown)
    }
    let reading = min(width, 95)
    let note = Self.note.wrapped(toWidth: reading).joined(separator: "\n")
    let title = name.printable.truncated(toWidth: width)
    let isOneLine = title.displayWidth + 2 + facts.displayWidth <= width
    let head =
      isOneLine
      ? [style.bold(title) + "  " + facts] : [style.bold(title)] + facts.wrapped(toWidth: reading)
    let lines =
      head + [""] + rows + [""] + answer.printable.wrapped(toWidth: reading) + [
        "", style.dim(note),
      ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The measures that a narrow table does without, the first one first.
  private static let dispensable = ["latency.p90", "latency.p95", "latency.p50", "throughput"]

  private func tableLines(of measures: [Measure]) -> [String] {
    var table = TextTable(
      columns: [
        .init("Rank"), .init("Alternative", alignment: .left, isFlexible: true),
      ] + measures.map { .init(Self.titles[$0.name] ?? $0.name) })
    for place in ranking {
      let report = results.first { $0.name == place.strategy }?.report
      let cells = measures.map { measure in cell(place.strategy, measure, report) }
      let isBaseline = place.strategy == baseline ? " (baseline)" : ""
      table.append(["\(place.rank)", label(place.strategy) + isBaseline] + cells)
    }
    return table.lines(width: 120)
  }

  private var facts: String {
    let runs = results.first?.report.replications ?? 0
    let count = HumaneText.count(runs) + (runs == 1 ? " replication" : " replications")
    return "\(count) of each with the same requests, ranked by \(rankedBy.name)"
  }

  /// What a reader calls an alternative.
  func label(_ name: String) -> String { labels[name] ?? name }

  static let titles = [
    "throughput": "Throughput", "error_rate": "Errors", "latency.mean": "Mean",
    "latency.p50": "p50", "latency.p90": "p90", "latency.p95": "p95", "latency.p99": "p99",
  ]

  private static let note = """
    + better, - worse than the baseline, = not distinguishable: paired differences, at 95% for all \
    of them together. A rank is one more than the number of alternatives that are surely better.
    """

  private func cell(_ name: String, _ measure: Measure, _ report: RunReport?) -> String {
    let figure = report?.figure(MeasuredFigure(measure))
    let text = figure.map { HumaneText.measured($0.value, measure.unit) } ?? "–"
    let verdict = differences.first { $0.strategy == name && $0.measure == measure }?.verdict
    let marks = ["better": " +", "worse": " -"]
    return text + (verdict.map { marks[$0] ?? " =" } ?? "  ")
  }
}
