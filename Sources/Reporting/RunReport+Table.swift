extension RunReport {
  /// The widest line of a table.
  private static let width = 100
  /// How many backends a table shows.
  private static let shownBackends = 20

  /// The report for a reader at a terminal, ending in a newline.
  public func table(style: TextStyle = .plain) -> String {
    var lines = [header(style), ""] + summary(style) + timeline.lines()
    lines += [""] + backendLines(style)
    let overTime = overTimeLines(style)
    if !overTime.isEmpty { lines += [""] + overTime }
    for trace in traces { lines += [""] + trace.lines() }
    if !hypothesis.isEmpty { lines += [""] + judgementLines(style) }
    return (lines + ["", style.dim(Self.note)]).joined(separator: "\n") + "\n"
  }

  private static let note = """
    Share is of the balancer's picks. Latency runs from a client's send to its receipt of the
    answer, response from the balancer's pick to its receipt; both of successes after the warm-up.
    """

  private func header(_ style: TextStyle) -> String {
    let facts = "\(strategy)  seed \(seed)  digest \(digest)"
    let title = name.printable.truncated(toWidth: max(Self.width - facts.displayWidth - 2, 16))
    return style.bold(title) + "  " + facts
  }

  private func summary(_ style: TextStyle) -> [String] {
    let counts = [
      "\(HumaneText.count(requests.issued)) issued",
      "\(HumaneText.count(requests.succeeded)) succeeded",
      "\(HumaneText.count(requests.failed)) failed",
      "\(HumaneText.count(requests.unfinished)) unfinished",
      requests.attempts.map { "\(HumaneText.count($0)) attempts" },
    ].compactMap(\.self)
    let kinds = [
      ("status 502", failures.status502), ("status 503", failures.status503),
      ("status 504", failures.status504), ("client time-out", failures.clientTimeout),
      ("connection", failures.connection), ("another status", failures.statusOther ?? 0),
    ].filter { $0.1 > 0 }.map { "\(HumaneText.count($0.1)) by \($0.0)" }
    let rate = HumaneText.significant(throughputPerSecond.value)
    let length = HumaneText.duration(milliseconds: simulatedSeconds * 1000)
    let wall = HumaneText.duration(milliseconds: wallSeconds * 1000)
    let percentiles = [
      ("mean", latency.mean), ("p50", latency.p50), ("p90", latency.p90), ("p95", latency.p95),
      ("p99", latency.p99), ("p99.9", latency.p99_9), ("max", latency.max),
    ].map { "\($0.0) \(HumaneText.duration(milliseconds: $0.1.value))" }
    let unmeasured =
      requests.succeeded == 0
      ? "none succeeded" : "all were sent before the warm-up was over; shorten `warmup`"
    return [
      "Requests    " + counts.joined(separator: ", "),
      kinds.isEmpty ? nil : style.red("Failures    " + kinds.joined(separator: ", ")),
      "Throughput  \(rate)/s in \(length) of simulated time "
        + "(\(HumaneText.count(events)) events in \(wall))",
      "Latency     "
        + (latency.isEmpty
          ? "of no request: \(unmeasured)" : percentiles.joined(separator: "  ")),
    ].compactMap(\.self) + confidenceLines() + (theory?.lines ?? [])
  }

  // MARK: Backends

  /// A column of the table and how it is filled.
  private struct BackendColumn {
    var column: TextTable.Column
    var text: (Backend) -> String
  }

  private func backendLines(_ style: TextStyle) -> [String] {
    let columns = backendColumns
    var table = TextTable(columns: columns.map(\.column))
    let shown = busiestBackends
    for backend in shown { table.append(columns.map { $0.text(backend) }) }
    var lines = table.lines(width: Self.width)
    lines[0] = style.bold(lines[0])
    let hidden = backends.count - shown.count
    if hidden > 0 {
      let picks = backends.reduce(0) { $0 + $1.picked } - shown.reduce(0) { $0 + $1.picked }
      lines.append(
        "… and \(HumaneText.count(hidden)) more backends, none picked more often, "
          + "with \(HumaneText.count(picks)) picks in all")
    }
    return lines
  }

  /// All columns, but those that would tell nothing: no throttling, no failure.
  private var backendColumns: [BackendColumn] {
    func time(_ title: String, _ figure: @escaping (LatencyFigures) -> Figure) -> BackendColumn {
      BackendColumn(column: .init(title)) {
        $0.response.isEmpty
          ? "–" : HumaneText.duration(milliseconds: figure($0.response).value)
      }
    }
    func share(
      _ title: String, of full: Double = 1, _ figure: @escaping (Backend) -> Figure
    ) -> BackendColumn {
      BackendColumn(column: .init(title)) {
        let value = figure($0).value
        return HumaneText.percent(value) + " " + HumaneText.bar(value / full, width: 5)
      }
    }
    // Among many backends each share is small: the longest bar is that of the largest.
    let largestShare = backends.map(\.share.value).max() ?? 0
    var columns = [
      BackendColumn(column: .init("Backend", alignment: .left, isFlexible: true), text: \.name),
      share("Share", of: largestShare > 0 ? largestShare : 1, \.share),
      share("Utilization", \.utilization),
      time("Response p50", \.p50),
      time("p95", \.p95),
      time("p99", \.p99),
      time("mean", \.mean),
      BackendColumn(column: .init("Queue")) { HumaneText.significant($0.queueMean.value) },
    ]
    if backends.contains(where: { $0.throttledSeconds.value > 0 }) {
      columns.append(
        BackendColumn(column: .init("Throttled")) {
          HumaneText.duration(milliseconds: $0.throttledSeconds.value * 1000)
        })
    }
    if backends.contains(where: { $0.failed > 0 }) {
      columns.append(BackendColumn(column: .init("Failed")) { HumaneText.count($0.failed) })
    }
    return columns
  }

  /// The backends picked most often, in the order of the file; of equals the first ones.
  private var busiestBackends: [Backend] {
    guard backends.count > Self.shownBackends else { return backends }
    return backends.enumerated()
      .sorted { ($1.element.picked, $0.offset) < ($0.element.picked, $1.offset) }
      .prefix(Self.shownBackends)
      .sorted { $0.offset < $1.offset }
      .map(\.element)
  }
}
