import FoundationEssentials

/// A chart of a web page, and the table that says the same in words.
///
/// The page draws it with Chart.js; who cannot see it, or prints it, reads the table.
public struct WebChart: Sendable, Encodable {
  /// How points are drawn.
  public enum Kind: String, Sendable, Encodable {
    /// A bar for each label.
    case bar
    /// A line through points.
    case line
    /// Points alone.
    case points
  }

  /// One line, or one bar of each group.
  public struct Series: Sendable, Encodable {
    /// What the legend calls it.
    public var name: String
    /// The values in the order of the labels, or of `xs`.
    public var values: [Double]
    /// The bounds of each value's 95 % confidence interval; empty where there are none.
    public var intervals: [[Double]]
    /// Where each value stands on a numeric axis; empty for labels.
    public var xs: [Double]

    /// Makes a series.
    public init(
      name: String, values: [Double], intervals: [[Double]] = [], xs: [Double] = []
    ) {
      self.name = name
      self.values = values
      self.intervals = intervals
      self.xs = xs
    }
  }

  /// A span of the horizontal axis that is shaded, such as a fault.
  public struct Shade: Sendable, Encodable {
    /// Where it begins and ends.
    public var from, to: Double
    /// What it is.
    public var name: String

    /// Makes a span.
    public init(from: Double, to: Double, name: String) {
      self.from = from
      self.to = to
      self.name = name
    }
  }

  /// What it shows, as a sentence that a reader can check.
  public var title: String
  /// How points are drawn.
  public var kind: Kind
  /// What the axes show, with their units.
  public var xTitle, yTitle: String
  /// The labels of bars, or of the ticks of a numeric axis.
  public var labels: [String]
  /// Where the ticks of a numeric axis are; empty for the library's choice.
  public var ticks: [Double]
  /// Whether an axis is logarithmic.
  public var isLogarithmicX, isLogarithmicY: Bool
  /// Whether bars lie, so that long labels can be read.
  public var isHorizontal: Bool
  /// What is drawn.
  public var series: [Series]
  /// What is shaded.
  public var shades: [Shade]

  /// Makes a chart.
  public init(
    _ title: String, kind: Kind, xTitle: String, yTitle: String, labels: [String] = [],
    ticks: [Double] = [], isLogarithmicX: Bool = false, isLogarithmicY: Bool = false,
    isHorizontal: Bool = false, series: [Series], shades: [Shade] = []
  ) {
    self.title = title
    self.kind = kind
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.labels = labels
    self.ticks = ticks
    self.isLogarithmicX = isLogarithmicX
    self.isLogarithmicY = isLogarithmicY
    self.isHorizontal = isHorizontal
    self.series = series
    self.shades = shades
  }

  /// The same figures as rows: a column for each series.
  var table: WebTable {
    // Lines may end at different places; the longest says where all points are.
    let longest = series.max { $0.values.count < $1.values.count }
    let places = longest?.values.count ?? 0
    let xs = longest?.xs ?? []
    let rows = (0..<places).map { place in
      let isLabelled = labels.count == places
      let x = xs.isEmpty ? "\(place + 1)" : HumaneText.significant(xs[place])
      return [isLabelled ? labels[place] : x] + series.map { cell($0, place) }
    }
    return WebTable(header: [xTitle] + series.map { "\($0.name), \(yTitle)" }, rows: rows)
  }

  private func cell(_ series: Series, _ place: Int) -> String {
    guard series.values.indices.contains(place) else { return "" }
    let value = HumaneText.significant(series.values[place])
    guard series.intervals.indices.contains(place), series.intervals[place].count == 2 else {
      return value
    }
    let bounds = series.intervals[place].map(HumaneText.significant)
    return "\(value) [\(bounds[0]), \(bounds[1])]"
  }
}

/// A table of a web page.
public struct WebTable: Sendable {
  /// The heads of the columns.
  public var header: [String]
  /// The cells, row by row; the first of each names the row.
  public var rows: [[String]]
  /// The shade of each cell from 0 to 1, where it is a heat map.
  public var heat: [[Double]]

  /// Makes a table.
  public init(header: [String], rows: [[String]], heat: [[Double]] = []) {
    self.header = header
    self.rows = rows
    self.heat = heat
  }
}
