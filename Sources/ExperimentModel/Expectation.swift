/// One line of a hypothesis: a figure that is expected to lie on one side of a bound.
public struct Expectation: Sendable, Hashable {
  /// The line as it was written, such as `latency.p99 < 4s`.
  public var expression: String
  /// The figure.
  public var figure: MeasuredFigure
  /// How it is held against the bound.
  public var relation: Relation
  /// The bound in the figure's unit: milliseconds, fraction, per second, or number.
  public var bound: Double

  /// How a figure is held against a bound.
  public enum Relation: String, Sendable, Hashable, CaseIterable {
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case greater = ">"
  }

  /// Makes an expectation.
  public init(expression: String, figure: MeasuredFigure, relation: Relation, bound: Double) {
    self.expression = expression
    self.figure = figure
    self.relation = relation
    self.bound = bound
  }

  /// Whether it holds for an observed value in the figure's unit.
  public func holds(for value: Double) -> Bool {
    switch relation {
    case .less: value < bound
    case .lessOrEqual: value <= bound
    case .greater: value > bound
    case .greaterOrEqual: value >= bound
    case .equal: value == bound
    case .unequal: value != bound
    }
  }
}
