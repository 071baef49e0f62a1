import Reporting

extension FlowReport {
  /// The widest line of a table.
  private static let width = 100
  /// How many rows a table shows.
  private static let shownRows = 40

  /// The report for a reader at a terminal, ending in a newline.
  ///
  /// - Parameter listsRequests: whether its rows are requests and not connections.
  public func table(listsRequests: Bool = false) -> String {
    var lines = [summary]
    if !phases.isEmpty { lines += [""] + phaseLines }
    lines += [""] + (listsRequests ? requestLines : flowLines)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The figures before, during and after the faults as a table; nil without faults.
  public var phaseTable: String? {
    phases.isEmpty ? nil : phaseLines.joined(separator: "\n")
  }

  /// The report as CSV, a row for each connection or for each request, below the names.
  public func csv(listsRequests: Bool = false) -> String {
    let rows = listsRequests ? requestRows : flowRows
    return rows.map(CSVText.row).joined()
  }

  /// What there is to say beside the figures, each in one sentence.
  public var notes: [String] {
    var notes: [String] = []
    if dropped > 0 {
      notes.append(
        "\(HumaneText.count(dropped)) packets were lost by the capture itself, so that counts of"
          + " retransmissions and gaps may be wrong.")
    }
    if fragments > 0 {
      notes.append(
        "\(HumaneText.count(fragments)) packets are fragments of IP and belong to no flow here.")
    }
    if malformed > 0 {
      notes.append(
        "\(HumaneText.count(malformed)) packets are malformed or were cut too short to tell.")
    }
    if let cutShort { notes.append("\(cutShort); what came before is counted.") }
    return notes
  }

  private var summary: String {
    let packets = "\(HumaneText.count(captured)) packets"
    guard let span else { return packets }
    let length = HumaneText.duration(
      milliseconds: Double(span.upperBound - span.lowerBound) / 1e6)
    let lost =
      saysDropped ? "\(HumaneText.count(dropped)) lost by the capture" : "loss not recorded"
    return "\(packets) in \(length) from \(RFC3339.text(span.lowerBound)), \(lost)"
  }

  // MARK: Flows

  /// A column of the table, and whether it is shown where all of it is empty.
  private struct FlowColumn: Sendable {
    var title: String
    var isLeft = false
    var isNeeded = false
    var text: @Sendable (Flow) -> String
  }

  private static let flowColumns = [
    FlowColumn(title: "CLIENT", isLeft: true, isNeeded: true) { $0.client },
    FlowColumn(title: "SERVER", isLeft: true, isNeeded: true) { $0.server },
    FlowColumn(title: "PACKETS", isNeeded: true) { HumaneText.count($0.packets) },
    FlowColumn(title: "BYTES", isNeeded: true) { HumaneText.count($0.bytes) },
    FlowColumn(title: "OPEN", isNeeded: true) { time($0.handshakeMilliseconds) },
    FlowColumn(title: "RTT", isNeeded: true) { time($0.dataRoundTrip?.p50) },
    FlowColumn(title: "AGAIN") { number($0.retransmissions) },
    FlowColumn(title: "LATE") { number($0.outOfOrder) },
    FlowColumn(title: "DUP") { number($0.duplicateAcknowledgements) },
    FlowColumn(title: "ZERO") { number($0.zeroWindows) },
    FlowColumn(title: "RESET") { $0.resetBy ?? "" },
    FlowColumn(title: "GAP", isNeeded: true) { time($0.longestGapMilliseconds) },
    FlowColumn(title: "REQ") { number($0.requests.count) },
    FlowColumn(title: "TTFB") {
      time(Percentiles(of: $0.requests.compactMap(\.firstByteMilliseconds))?.p50)
    },
  ]

  private static let legend = [
    "", "OPEN is the handshake; RTT and TTFB are medians; GAP is the longest silence.",
    "AGAIN are retransmissions, LATE segments out of order, DUP duplicate acknowledgements, and",
    "ZERO closed windows.",
  ]

  private var flowLines: [String] {
    let shown = flows.prefix(Self.shownRows)
    let columns = Self.flowColumns.filter { column in
      column.isNeeded || shown.contains { !column.text($0).isEmpty }
    }
    var table = TextTable(
      columns: columns.map { .init($0.title, alignment: $0.isLeft ? .left : .right) })
    for flow in shown { table.append(columns.map { $0.text(flow) }) }
    return table.lines(width: Self.width) + Self.rest(of: flows.count, "connections")
      + Self.legend
  }

  private var flowRows: [[String]] {
    let header = [
      "client", "server", "packets", "bytes", "handshake_rtt_ms", "retransmissions",
      "out_of_order", "duplicate_acks", "reset_by", "zero_windows", "longest_gap_ms",
      "data_rtt_p50_ms", "data_rtt_p95_ms", "data_rtt_p99_ms", "requests",
    ]
    return [header]
      + flows.map { flow in
        [
          flow.client, flow.server, "\(flow.packets)", "\(flow.bytes)",
          Self.plain(flow.handshakeMilliseconds), "\(flow.retransmissions)",
          "\(flow.outOfOrder)", "\(flow.duplicateAcknowledgements)", flow.resetBy ?? "",
          "\(flow.zeroWindows)", "\(flow.longestGapMilliseconds)",
          Self.plain(flow.dataRoundTrip?.p50), Self.plain(flow.dataRoundTrip?.p95),
          Self.plain(flow.dataRoundTrip?.p99), "\(flow.requests.count)",
        ]
      }
  }

  // MARK: Requests

  private var requestLines: [String] {
    var table = TextTable(columns: [
      .init("AT"), .init("CLIENT", alignment: .left), .init("SERVER", alignment: .left),
      .init("METHOD", alignment: .left), .init("PATH", alignment: .left, isFlexible: true),
      .init("STATUS"), .init("TTFB"), .init("TOTAL"), .init("PHASE", alignment: .left),
    ])
    let all = flows.flatMap { flow in flow.requests.map { (flow, $0) } }
    for (flow, request) in all.prefix(Self.shownRows) {
      table.append([
        HumaneText.number(request.atSeconds, decimals: 3) + "s", flow.client, flow.server,
        request.method, request.path, request.status.map { "\($0)" } ?? "none",
        Self.time(request.firstByteMilliseconds), Self.time(request.totalMilliseconds),
        request.phase?.rawValue ?? "",
      ])
    }
    return table.lines(width: Self.width) + Self.rest(of: all.count, "requests")
  }

  private var requestRows: [[String]] {
    let header = [
      "client", "server", "at_s", "method", "path", "status", "ttfb_ms", "total_ms", "phase",
    ]
    return [header]
      + flows.flatMap { flow in
        flow.requests.map { request in
          [
            flow.client, flow.server, "\(request.atSeconds)", request.method, request.path,
            request.status.map { "\($0)" } ?? "", Self.plain(request.firstByteMilliseconds),
            Self.plain(request.totalMilliseconds), request.phase?.rawValue ?? "",
          ]
        }
      }
  }

  // MARK: Phases

  private var phaseLines: [String] {
    var table = TextTable(columns: [
      .init("FAULT", alignment: .left), .init("REQUESTS"), .init("SUCCEEDED"),
      .init("RETRANSMISSIONS"), .init("TTFB P50"), .init("P95"), .init("P99"), .init("TOTAL P50"),
      .init("P95"), .init("P99"),
    ])
    for figures in phases {
      table.append([
        figures.phase.rawValue, HumaneText.count(figures.requests),
        HumaneText.count(figures.succeeded), HumaneText.count(figures.retransmissions),
        Self.time(figures.firstByte?.p50), Self.time(figures.firstByte?.p95),
        Self.time(figures.firstByte?.p99), Self.time(figures.total?.p50),
        Self.time(figures.total?.p95), Self.time(figures.total?.p99),
      ])
    }
    return table.lines(width: Self.width)
  }

  // MARK: Texts

  private static func rest(of count: Int, _ what: String) -> [String] {
    let hidden = count - shownRows
    return hidden > 0
      ? ["… and \(HumaneText.count(hidden)) more \(what); --format json has them all"] : []
  }

  private static func number(_ count: Int) -> String { count == 0 ? "" : HumaneText.count(count) }

  private static func time(_ milliseconds: Double?) -> String {
    milliseconds.map { HumaneText.duration(milliseconds: $0) } ?? ""
  }

  private static func plain(_ milliseconds: Double?) -> String {
    milliseconds.map { "\($0)" } ?? ""
  }
}
