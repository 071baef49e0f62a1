import ExperimentModel

extension Decoding {
  /// Observed durations from the file named, which lies beside the topology.
  func empirical(_ kind: Field) -> Distribution? {
    guard let name = scalar(kind, "must name a CSV file of seconds") else { return nil }
    let path = pathBeside(name)
    if let known = samples[path] { return known.map(Distribution.empirical) }
    let values: [WeightedDuration]?
    do throws(FileFault) {
      values = observations(
        in: try read(path, limit: Limits.samplesBytes), of: path)
    } catch {
      complain("\(quoted(name)): \(error.message)", at: kind.place)
      values = nil
    }
    samples[path] = .some(values)
    return values.map(Distribution.empirical)
  }

  /// The path of a file that is named relative to the folder of the topology.
  func pathBeside(_ name: String) -> String {
    guard !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return name }
    return file[...slash] + name
  }

  /// The rows of a CSV: seconds, or seconds and a weight; nil after a complaint.
  ///
  /// A first row of words is a header. Empty lines are skipped.
  private func observations(in bytes: [UInt8], of path: String) -> [WeightedDuration]? {
    var values: [WeightedDuration] = []
    var isSound = true
    var columns: Int?
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      var text = Substring(decoding: line, as: UTF8.self)
      if index == 0, text.first == "\u{FEFF}" { text.removeFirst() }
      if text.last == "\r" { text.removeLast() }
      let cells = CSVRow(text, line: index + 1).cells
      if cells.count == 1, cells[0].text.isEmpty { continue }
      if index == 0, cells.allSatisfy(\.isHeading) { continue }
      if cells.count != columns ?? cells.count || cells.count > 2 {
        complain(
          "a row holds seconds, or seconds and a weight, and every row the same",
          at: Place(line: index + 1, column: 1), in: path)
        return nil
      }
      columns = cells.count
      guard values.count < Limits.samples else {
        complain(
          "more than \(Limits.samples) rows; use fewer",
          at: Place(line: index + 1, column: 1), in: path)
        return nil
      }
      if let value = observation(cells, in: path) {
        values.append(value)
      } else {
        isSound = false
      }
    }
    if isSound, values.isEmpty {
      complain("the file has no rows; each holds one duration in seconds", at: .start, in: path)
      return nil
    }
    return isSound ? values : nil
  }

  private func observation(_ cells: [CSVRow.Cell], in path: String) -> WeightedDuration? {
    let longest = Limits.longestDraw
    let nanoseconds = ExactDecimal(cells[0].text)?.rounded(times: 1_000_000_000)?.whole
    guard let nanoseconds, (0...Int128(longest.nanoseconds)).contains(nanoseconds) else {
      complain(
        "\(quoted(String(cells[0].text))) is no number of seconds from 0 to "
          + plain(longest.inSeconds), at: cells[0].place, in: path)
      return nil
    }
    var weight = 1.0
    if cells.count == 2 {
      let range = Limits.relativeWeight
      guard ExactDecimal(cells[1].text) != nil, let given = Double(cells[1].text),
        range.contains(given)
      else {
        complain(
          "\(quoted(String(cells[1].text))) is no weight; it must be a positive number",
          at: cells[1].place, in: path)
        return nil
      }
      weight = given
    }
    return WeightedDuration(weight: weight, value: .nanoseconds(Int64(nanoseconds)))
  }
}

/// A row of comma-separated numbers; there are no quotes, since numbers need none.
struct CSVRow {
  var cells: [Cell] = []

  /// A cell without the blanks around it, and where it stands.
  struct Cell {
    var text: Substring
    var place: Place

    /// Whether it names a column: a word.
    var isHeading: Bool {
      guard let first = text.first, first.isLetter else { return false }
      return !["nan", "inf", "infinity"].contains(text.lowercased())
    }
  }

  init(_ row: Substring, line: Int) {
    var column = 1
    for part in row.split(separator: ",", omittingEmptySubsequences: false) {
      let blanks = part.prefix { $0 == " " || $0 == "\t" }.count
      var text = part.dropFirst(blanks)
      while let last = text.last, last == " " || last == "\t" { text.removeLast() }
      cells.append(Cell(text: text, place: Place(line: line, column: column + blanks)))
      column += part.unicodeScalars.count + 1
    }
  }
}
