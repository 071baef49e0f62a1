import ExperimentModel

/// What `sweep` tells: the report of each point of a grid, or the capacity found there.
public struct SweepReport: Sendable, Encodable {
  /// A place of the file and the value that it had.
  public struct Coordinate: Sendable, Hashable, Encodable {
    /// The path of the value.
    public var path: String
    /// The value as a file says it.
    public var value: String

    /// Makes a coordinate.
    public init(path: String, value: String) {
      self.path = path
      self.value = value
    }
  }

  /// The capacity at a point.
  public struct Capacity: Sendable, Encodable {
    /// The path that was varied, what had to hold, and the unit of the value.
    public var path, until, unit: String
    /// The last value for which it holds, seen from the end at which it does; nil where it holds at
    /// both ends of the range or at none.
    public var found: Figure?
    /// `up to` that value, or `from` it on; nil where none was found.
    public var holds: String?
    /// `found`, `holds everywhere` or `holds nowhere`.
    public var finding: String

    /// Makes a capacity.
    public init(
      path: String, until: String, unit: String, found: Figure?, holds: String? = nil,
      finding: String
    ) {
      self.path = path
      self.until = until
      self.unit = unit
      self.found = found
      self.holds = holds
      self.finding = finding
    }

    /// What was found, as a sentence without its end.
    var sentence: String {
      guard let found, let holds else {
        return finding == "holds everywhere"
          ? "\(until) holds at both ends of the range of \(path); its capacity lies beyond"
          : "\(until) holds at neither end of the range of \(path)"
      }
      let bounds = found.interval.map {
        ", between \(text($0.lowerBound)) and \(text($0.upperBound)) at 95%"
      }
      return "\(until) holds \(holds) \(text(found.value)) of \(path)\(bounds ?? "")"
    }

    func text(_ value: Double) -> String { HumaneText.significant(value) + unit }
  }

  /// One point of the grid.
  public struct Point: Sendable, Encodable {
    /// The values that its settings had.
    public var set: [Coordinate]
    /// The capacity, where one was sought.
    public var capacity: Capacity?
    /// The report at the point, or at its capacity, as `run` prints it.
    public var result: JSONValue?

    /// Makes a point.
    public init(set: [Coordinate], capacity: Capacity? = nil, result: JSONValue?) {
      self.set = set
      self.capacity = capacity
      self.result = result
    }

    /// The figure of a measure that comparisons know; nil where nothing was measured.
    func figure(_ measure: Measure) -> Figure? { result.flatMap { Figure(of: measure, in: $0) } }
  }

  /// The version of the output format.
  public let format = RunReport.format
  /// The name of the topology or experiment.
  public var name: String
  /// The points in the order of the grid, the last variation fastest.
  public var points: [Point]

  /// Makes a report.
  public init(name: String, points: [Point]) {
    self.name = name
    self.points = points
  }

  private enum CodingKeys: String, CodingKey { case format, name, points }

  /// The report as JSON with sorted keys, without a final newline.
  public var json: String { readableJSON(self) }

  /// The report for a reader at a terminal, ending in a newline.
  public func table(style: TextStyle = .plain) -> String {
    let paths = points.first?.set.map(\.path) ?? []
    let seeks = points.contains { $0.capacity != nil }
    let measures = MeasureCatalog.compared.filter { ["p90", "p95"].allSatisfy($0.lacks) }
    var columns = paths.map { TextTable.Column($0, alignment: .left) }
    if seeks { columns += [.init("Capacity"), .init("95%")] }
    columns += measures.map { .init($0.name) }
    var table = TextTable(columns: columns)
    for point in points {
      var row = point.set.map(\.value)
      if seeks { row += capacityTexts(point.capacity) }
      table.append(
        row
          + measures.map { measure in
            point.figure(measure).map {
              HumaneText.measured($0.value, measure.unit)
            } ?? (point.result == nil ? "" : "–")
          })
    }
    var lines = [style.bold(name.printable), ""] + table.lines(width: 140)
    if let capacity = points.first?.capacity {
      let isFound = points.contains { $0.capacity?.found != nil }
      let note = isFound ? " The other figures are those there." : ""
      let sentence =
        points.count == 1
        ? capacity.sentence + "."
        : "Capacity is the last \(capacity.path) for which \(capacity.until)."
      lines += [""] + (sentence + note).printable.wrapped(toWidth: 95)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func capacityTexts(_ capacity: Capacity?) -> [String] {
    guard let capacity else { return ["", ""] }
    guard let found = capacity.found else { return [capacity.finding, ""] }
    return [
      capacity.text(found.value),
      found.interval.map {
        "\(capacity.text($0.lowerBound))–\(capacity.text($0.upperBound))"
      } ?? "",
    ]
  }
}

extension Measure {
  fileprivate func lacks(_ part: String) -> Bool { !name.hasSuffix(part) }
}
