import ExperimentModel

extension Decoding {
  /// The requests of the file named, which lies beside the topology; nil after a complaint.
  func trace(_ field: Field) -> Trace? {
    guard let name = scalar(field, "must name a CSV file of arrivals") else { return nil }
    let path = pathBeside(name)
    let bytes: [UInt8]
    do throws(FileFault) {
      bytes = try read(path, limit: Limits.traceBytes)
    } catch {
      complain("\(quoted(name)): \(error.message)", at: field.place)
      return nil
    }
    return arrivals(in: bytes, of: path).map(Trace.init)
  }

  /// The rows of a CSV whose first row names its columns.
  private func arrivals(in bytes: [UInt8], of path: String) -> [Trace.Arrival]? {
    var arrivals: [Trace.Arrival] = []
    var columns: TraceColumns?
    var isSound = true
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      var text = Substring(decoding: line, as: UTF8.self)
      if index == 0, text.first == "\u{FEFF}" { text.removeFirst() }
      if text.last == "\r" { text.removeLast() }
      let row = CSVRow(text, line: index + 1)
      if row.cells.count == 1, row.cells[0].text.isEmpty { continue }
      guard let known = columns else {
        columns = self.columns(row, of: path)
        if columns == nil { return nil }
        continue
      }
      guard row.cells.count == known.count else {
        complain(
          "the row has \(row.cells.count) values, but there are \(known.count) columns",
          at: Place(line: index + 1, column: 1), in: path)
        return nil
      }
      if let arrival = arrival(row, known, of: path) {
        arrivals.append(arrival)
      } else {
        isSound = false
      }
    }
    if isSound, arrivals.isEmpty {
      complain(
        "the file has no arrivals; its first row names the columns at_s, key and client_ip, and "
          + "each further one is a request", at: .start, in: path)
      return nil
    }
    return isSound ? arrivals : nil
  }

  private func columns(_ row: CSVRow, of path: String) -> TraceColumns? {
    var columns = TraceColumns(count: row.cells.count)
    for (place, cell) in row.cells.enumerated() {
      switch cell.text {
      case "at_s" where columns.time == nil: columns.time = place
      case "key" where columns.key == nil: columns.key = place
      case "client_ip" where columns.address == nil: columns.address = place
      default:
        complain(
          "\(quoted(String(cell.text))) is no column of a trace; "
            + "it has at_s and, if you like, key and client_ip, each once",
          at: cell.place, in: path)
        return nil
      }
    }
    guard columns.time != nil else {
      complain("a trace needs the column at_s, seconds from its start", at: .start, in: path)
      return nil
    }
    return columns
  }

  private func arrival(
    _ row: CSVRow, _ columns: TraceColumns, of path: String
  ) -> Trace.Arrival? {
    guard let place = columns.time else { return nil }
    let time = row.cells[place]
    let longest = Limits.longestTime
    let nanoseconds = ExactDecimal(time.text)?.rounded(times: 1_000_000_000)?.whole
    guard let nanoseconds, (0...Int128(longest.nanoseconds)).contains(nanoseconds) else {
      complain(
        "\(quoted(String(time.text))) is no number of seconds from 0 to "
          + plain(longest.inSeconds), at: time.place, in: path)
      return nil
    }
    var arrival = Trace.Arrival(at: .nanoseconds(Int64(nanoseconds)))
    if let place = columns.key, !row.cells[place].text.isEmpty {
      arrival.key = String(row.cells[place].text)
    }
    if let place = columns.address, !row.cells[place].text.isEmpty {
      let cell = row.cells[place]
      guard let address = cell.text.ipv4Address else {
        complain(
          "\(quoted(String(cell.text))) is no IPv4 address such as 192.0.2.7", at: cell.place,
          in: path)
        return nil
      }
      arrival.clientAddress = address
    }
    return arrival
  }
}

/// Where the columns of a trace stand.
private struct TraceColumns {
  let count: Int
  var time, key, address: Int?

  init(count: Int) { self.count = count }
}

extension Substring {
  /// The IPv4 address that this says, the first octet highest; nil for none.
  fileprivate var ipv4Address: UInt32? {
    let parts = split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var address: UInt32 = 0
    for part in parts {
      guard part.first?.isNumber == true, let octet = UInt8(part) else { return nil }
      address = address << 8 | UInt32(octet)
    }
    return address
  }
}
