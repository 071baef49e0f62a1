import ExperimentModel

/// What theory says exactly about a run, beside what was simulated.
public struct TheoryReport: Sendable, Encodable {
  /// One figure.
  public struct Row: Sendable, Encodable {
    /// Its name, such as `latency.mean`.
    public var figure: String
    /// What theory says: milliseconds, a fraction, or requests a second.
    public var exact: Double
    /// What was simulated, in the same unit.
    public var simulated: Double
    /// How many standard errors lie between them; nil for one replication, which has none.
    public var z: Double?

    /// Makes a row.
    public init(figure: String, exact: Double, simulated: Double, z: Double?) {
      self.figure = figure
      self.exact = exact
      self.simulated = simulated
      self.z = z
    }
  }

  /// The system, such as `M/M/1`; nil where theory knows none like it.
  public var system: String?
  /// Where the formulas stand.
  public var source: String?
  /// The assumption that does not hold where there is no system.
  public var obstacle: String?
  /// The figures.
  public var rows: [Row]

  /// Makes a report.
  public init(system: String?, source: String?, obstacle: String?, rows: [Row]) {
    self.system = system
    self.source = source
    self.obstacle = obstacle
    self.rows = rows
  }

  private enum CodingKeys: String, CodingKey {
    case system, source
    case obstacle = "because"
    case rows = "figures"
  }

  /// The report for a reader at a terminal; nothing where theory knows no system.
  var lines: [String] {
    guard let system else { return [] }
    let figures = rows.map { row in
      let unit = MeasureCatalog.figure(row.figure, backends: [])?.measure.unit ?? .count
      let exact = HumaneText.measured(row.exact, unit)
      let sigma = row.z.map { " (z \(HumaneText.number($0, decimals: 1)))" } ?? ""
      return "\(row.figure.split(separator: ".").last ?? "") \(exact)\(sigma)"
    }
    return ["Theory      \(system): " + figures.joined(separator: "  ")]
  }
}
