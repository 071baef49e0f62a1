import ExperimentModel

/// A line of a hypothesis, and what was observed.
public struct Judgement: Sendable, Hashable, Encodable {
  /// The line as it was written.
  public let expression: String
  /// The figure in the unit of the JSON: milliseconds, fraction, per second, or number; nil where
  /// nobody could tell it, so that the line does not hold.
  public let observed: Double?
  /// Whether it holds for the observed value.
  public let holds: Bool
  /// Whether the bound lies outside of the confidence interval, so that other runs would say the
  /// same; nil where there is no interval.
  public let isCertain: Bool?
  /// What the figure is counted in, for a reader.
  private let unit: Measure.Unit

  /// Judges an expectation by a figure in the unit of its measure.
  public init(_ expectation: Expectation, observed figure: Figure) {
    expression = expectation.expression
    observed = figure.value
    holds = expectation.holds(for: figure.value)
    isCertain = figure.interval.map { !$0.contains(expectation.bound) }
    unit = expectation.figure.measure.unit
  }

  /// Notes that nobody could tell the figure of an expectation.
  init(untold expectation: Expectation) {
    expression = expectation.expression
    observed = nil
    holds = false
    isCertain = nil
    unit = expectation.figure.measure.unit
  }

  private enum CodingKeys: String, CodingKey {
    case expression, observed, holds
    case isCertain = "certain"
  }

  /// Writes all keys but the certainty of a figure without an interval.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(expression, forKey: .expression)
    try container.encode(observed, forKey: .observed)
    try container.encode(holds, forKey: .holds)
    try container.encodeIfPresent(isCertain, forKey: .isCertain)
  }

  /// The observed value as a reader wants it.
  var observedText: String {
    observed.map { HumaneText.measured($0, unit) } ?? "nothing: there was nothing to tell it from"
  }
}

extension HumaneText {
  /// A value of a measure in the unit that suits it: `1.23s`, `0.5%`, `104/s`.
  public static func measured(_ value: Double, _ unit: Measure.Unit) -> String {
    switch unit {
    case .time: duration(milliseconds: value)
    case .share: percent(value)
    case .rate: significant(value) + "/s"
    case .count: significant(value)
    }
  }
}

extension RunReport {
  /// Whether a line of the hypothesis does not hold.
  public var isRefuted: Bool { hypothesis.contains { !$0.holds } }

  /// Judges a hypothesis about the figures of this report, whose backends it may name.
  ///
  /// A time that no request took meets no expectation.
  ///
  /// - Parameter isTold: whether a figure could be told; one that could not meets none either.
  public mutating func judge(
    _ expectations: [Expectation], where isTold: (MeasuredFigure) -> Bool = { _ in true }
  ) {
    hypothesis = expectations.map { expectation in
      guard isTold(expectation.figure), let figure = figure(expectation.figure) else {
        return Judgement(untold: expectation)
      }
      return Judgement(expectation, observed: figure)
    }
  }

  /// The hypothesis line by line, as a reader sees it.
  func judgementLines(_ style: TextStyle) -> [String] {
    let width = hypothesis.map(\.expression.displayWidth).max() ?? 0
    return hypothesis.enumerated().map { index, judgement in
      let word = judgement.holds ? "holds  " : style.red("refuted")
      let padding = String(repeating: " ", count: width - judgement.expression.displayWidth)
      let doubt = judgement.isCertain == false ? ", but the interval includes the bound" : ""
      return (index == 0 ? "Hypothesis  " : "            ") + judgement.expression.printable
        + padding + "  \(word)  observed \(judgement.observedText)\(doubt)"
    }
  }
}
