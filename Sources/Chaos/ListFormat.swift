import CommandLineParsing

/// How a list is printed.
enum ListFormat: String, CaseIterable, ExpressibleByArgument {
  case table, json
}

/// Rows of cells as text, in columns that are as wide as their widest cell.
func textTable(_ rows: [[String]]) -> String {
  let widths = (rows.first ?? []).indices.map { column in
    rows.map { $0[column].count }.max() ?? 0
  }
  let lines = rows.map { row in
    let cells = zip(row, widths).map { cell, width in
      cell + String(repeating: " ", count: width - cell.count)
    }
    let line = cells.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
  return lines.joined(separator: "\n")
}
