/// What several things were like over time, a row each: the darker a cell, the more of it.
///
/// It is drawn without a script, so that it prints as it is; the table behind it has the figures.
public struct WebStrip: Sendable {
  /// One row.
  public struct Row: Sendable {
    /// What it is about.
    public var name: String
    /// How dark each cell is, from 0 to 1.
    public var heat: [Double]
    /// What is remarkable in each cell, in a word; empty for nothing.
    public var marks: [String]

    /// Makes a row.
    public init(name: String, heat: [Double], marks: [String]) {
      precondition(heat.count == marks.count, "each cell has its mark")
      self.name = name
      self.heat = heat
      self.marks = marks
    }
  }

  /// What it shows.
  public var title: String
  /// The rows, of equally many cells.
  public var rows: [Row]
  /// When each cell begins, in seconds.
  public var starts: [Double]
  /// When the last one is over.
  public var end: Double

  /// Makes a strip.
  public init(_ title: String, rows: [Row], starts: [Double], end: Double) {
    self.title = title
    self.rows = rows
    self.starts = starts
    self.end = end
  }

  /// The same as rows of figures, in percent, with the marks beside them.
  var table: WebTable {
    WebTable(
      header: ["From"] + rows.map(\.name),
      rows: starts.indices.map { cell in
        [RunTimeline.time(starts[cell])]
          + rows.map { row in
            let mark = row.marks[cell].isEmpty ? "" : " \(row.marks[cell])"
            return HumaneText.percent(row.heat[cell]) + mark
          }
      })
  }

  /// The strip as HTML.
  var html: String {
    let lines = rows.map { row in
      let cells = row.heat.indices.map { cell in
        let heat = Int((min(max(row.heat[cell], 0), 1) * 100).rounded())
        guard !row.marks[cell].isEmpty else { return "<i style=\"--heat:\(heat)%\"></i>" }
        // A word stands where it begins to hold, and reaches over the cells behind.
        let isFirst = cell == 0 || row.marks[cell - 1] != row.marks[cell]
        let word = isFirst ? "<b>\(row.marks[cell].escapedForHTML)</b>" : ""
        return "<i class=\"marked\" style=\"--heat:\(heat)%\">\(word)</i>"
      }
      return "<span>\(row.name.escapedForHTML)</span><div class=\"cells\">\(cells.joined())</div>"
    }
    let ends = [0, end / 2, end].map { "<span>\(RunTimeline.time($0))</span>" }.joined()
    let label = "\(title.escapedForHTML); the table below has the figures"
    return "<div class=\"strip\" role=\"img\" aria-label=\"\(label)\">"
      + lines.joined(separator: "\n") + "<span></span><div class=\"ends\">\(ends)</div></div>"
  }
}
