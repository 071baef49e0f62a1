import ExperimentModel

extension LiveReport {
  /// One figure of both worlds: what the simulator said, and what was observed.
  public struct Agreement: Sendable, Hashable {
    /// What a single run may come to and still be as was said.
    public enum Verdict: String, Sendable, Hashable, Encodable {
      case asPredicted = "as predicted"
      case higher, lower
    }

    /// Which figure.
    public let figure: MeasuredFigure
    /// The mean of the simulated runs.
    public let predicted: Double
    /// Where 95 % of single runs lie; nil where one run was simulated, which cannot tell.
    public let range: ClosedRange<Double>?
    /// What the live run came to.
    public let observed: Double

    /// What becomes of the prediction; nil without a range.
    public var verdict: Verdict? {
      range.map {
        $0.contains(observed) ? .asPredicted : observed > $0.upperBound ? .higher : .lower
      }
    }

    /// Compares a figure of several simulated runs with that of one live run.
    ///
    /// The interval of a mean of n runs is narrower than the range of one further run by the square
    /// root of n + 1 (G. J. Hahn and W. Q. Meeker, *Statistical Intervals*, section 4.2). Figures
    /// of this kind are never negative, so neither is the range.
    init(_ figure: MeasuredFigure, predicted: Figure, replications: Int, observed: Double) {
      self.figure = figure
      self.predicted = predicted.value
      self.observed = observed
      range = predicted.interval.map { interval in
        let half = (interval.upperBound - interval.lowerBound) / 2
        let reach = half * Double(replications + 1).squareRoot()
        return max(0, predicted.value - reach)...max(0, predicted.value + reach)
      }
    }
  }

  /// The figures that comparisons show, and each backend's share where answers tell it, in both
  /// worlds; empty without a prediction.
  public var agreements: [Agreement] {
    guard let predicted else { return [] }
    let shares = MeasureCatalog.ofBackend.filter { $0.name == "share" && load.knowsBackends }
    let figures =
      MeasureCatalog.compared.map { MeasuredFigure($0) }
      + shares.flatMap { share in
        predicted.backends.map { MeasuredFigure(share, backend: $0.name) }
      }
    return figures.compactMap { figure in
      guard load.tells(figure), let said = predicted.figure(figure),
        let observed = load.run.figure(figure)
      else { return nil }
      return Agreement(
        figure, predicted: said, replications: predicted.replications, observed: observed.value)
    }
  }
}

extension LiveReport.Agreement: Encodable {
  private enum CodingKeys: String, CodingKey {
    case figure, predicted, observed, verdict
    case range = "range95"
  }

  /// Writes the comparison, with null where one simulated run cannot tell.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(figure.key, forKey: .figure)
    try container.encode(predicted, forKey: .predicted)
    try container.encode(range.map { [$0.lowerBound, $0.upperBound] }, forKey: .range)
    try container.encode(observed, forKey: .observed)
    try container.encode(verdict, forKey: .verdict)
  }
}

extension LiveReport.Agreement {
  /// The comparison as the cells of a table.
  var cells: [String] {
    let unit = figure.measure.unit
    func text(_ value: Double) -> String { HumaneText.measured(value, unit) }
    return [
      figure.name, text(predicted),
      range.map { "\(text($0.lowerBound)) to \(text($0.upperBound))" } ?? "-", text(observed),
      verdict?.rawValue ?? "-",
    ]
  }

  /// The heads of the columns of such a table.
  static let header = ["Figure", "Predicted", "95% of runs", "Observed", "Verdict"]
}
