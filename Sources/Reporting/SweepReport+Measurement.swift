import ExperimentModel

extension SweepReport {
  /// What was measured at one point, in the words of its JSON, so that a file can keep it and the
  /// report does not depend on where it came from.
  public struct Measurement: Sendable, Hashable {
    /// The report, as `run` prints it.
    public let result: JSONValue
    /// The figure that a search looks for; nil where none is sought, or a backend is not there.
    public let sought: Figure?

    /// Takes from a report what a sweep needs of it.
    public init(_ report: RunReport, seeking reference: MeasuredFigure? = nil) {
      result = JSONValue(of: report)
      sought = reference.flatMap(report.figure)
    }

    /// Reads what `json` has written; nil for anything else.
    public init?(_ json: JSONValue) {
      guard let result = json["result"],
        MeasureCatalog.compared.allSatisfy({ Figure(writtenFor: $0, in: result) != nil })
      else { return nil }
      self.result = result
      sought = json["sought"].flatMap(Figure.init)
      guard (sought == nil) == (json["sought"] == nil) else { return nil }
    }

    /// The measurement as an object, to which others may add.
    public var json: JSONValue {
      var json = JSONValue.object(["result": result])
      json["sought"] = sought.map(JSONValue.init(of:))
      return json
    }
  }
}

extension Figure {
  /// The figure of a measure that comparisons know in the JSON of a run; nil for a latency where no
  /// request was measured, which is written as 0.
  init?(of measure: Measure, in result: JSONValue) {
    let longest = result["latency_ms"]?["max"]?["value"]?.number ?? 0
    guard measure.unit != .time || longest > 0 else { return nil }
    self.init(writtenFor: measure, in: result)
  }

  /// The figure that stands for a measure in the JSON of a run; nil where there is none.
  init?(writtenFor measure: Measure, in result: JSONValue) {
    let value = measure.key.split(separator: ".").reduce(Optional(result)) { $0?[String($1)] }
    guard let figure = value.flatMap(Figure.init) else { return nil }
    self = figure
  }

  /// The figure that `{"value": 4.1, "ci95": [4.0, 4.2]}` spells; nil for anything else.
  init?(_ json: JSONValue) {
    guard let value = json["value"]?.number, value.isFinite else { return nil }
    if json["ci95"] == .null {
      self.init(value)
    } else {
      guard let bounds = json["ci95"]?.elements?.compactMap(\.number), bounds.count == 2,
        bounds[0] <= bounds[1], bounds.allSatisfy(\.isFinite)
      else { return nil }
      self.init(value, interval: bounds[0]...bounds[1])
    }
  }
}
