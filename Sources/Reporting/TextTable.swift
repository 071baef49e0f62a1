/// Rows of text in aligned columns, for a terminal.
public struct TextTable: Sendable {
  /// Where the text of a column stands.
  public enum Alignment: Sendable {
    /// At the left edge, as words do.
    case left
    /// At the right edge, as numbers do.
    case right
  }

  /// One column.
  public struct Column: Sendable {
    /// What stands above it.
    public var title: String
    /// Where its text stands.
    public var alignment: Alignment
    /// Whether its text is cut when the table is too wide.
    public var isFlexible: Bool

    /// Makes a column.
    public init(_ title: String, alignment: Alignment = .right, isFlexible: Bool = false) {
      self.title = title
      self.alignment = alignment
      self.isFlexible = isFlexible
    }
  }

  /// The narrowest that a flexible column becomes.
  private static let narrowest = 8
  private static let gap = "  "

  private let columns: [Column]
  private var rows: [[String]] = []

  /// Makes a table without rows.
  public init(columns: [Column]) { self.columns = columns }

  /// Adds a row with a text for each column.
  public mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "a row has a text for each column")
    rows.append(row.map(\.printable))
  }

  /// The titles and the rows in at most so many columns, as far as flexible columns allow.
  ///
  /// - Complexity: O(characters).
  public func lines(width limit: Int) -> [String] {
    let cells = [columns.map(\.title)] + rows
    var widths = columns.indices.map { column in
      cells.map { $0[column].displayWidth }.max() ?? 0
    }
    let total = widths.reduce(0, +) + Self.gap.count * (columns.count - 1)
    var excess = total - limit
    for column in columns.indices where columns[column].isFlexible && excess > 0 {
      let narrowed = min(widths[column], max(Self.narrowest, widths[column] - excess))
      excess -= widths[column] - narrowed
      widths[column] = narrowed
    }
    return cells.map { row in
      let texts = columns.indices.map { column in
        aligned(row[column], to: widths[column], columns[column].alignment)
      }
      let line = texts.joined(separator: Self.gap)
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  private func aligned(_ text: String, to width: Int, _ alignment: Alignment) -> String {
    let text = text.truncated(toWidth: width)
    let padding = String(repeating: " ", count: max(width - text.displayWidth, 0))
    return alignment == .left ? text + padding : padding + text
  }
}
