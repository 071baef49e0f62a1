extension RunReport {
  /// How many points a line has at most, and how many cells a strip.
  static let points = 300
  private static let cells = 96
  /// How many backends are shown over time.
  private static let shownRows = 20

  /// The first replication over time; nil where that was not recorded, or is too short.
  var overTimeSection: WebPage.Section? {
    guard let series, series.count > 2 else { return nil }
    return WebPage.Section(
      "Over time", paragraphs: overTimeWords(series), charts: overTimeCharts(series),
      tables: timeline.events.isEmpty ? [] : [eventTable],
      strips: strips(of: nil))
  }

  /// What was in force when, for the charts over time.
  var shades: [WebChart.Shade] {
    timeline.faults.map { fault in
      WebChart.Shade(
        from: fault.from, to: fault.until ?? series?.end ?? fault.from, name: fault.words)
    }
  }

  private func overTimeWords(_ series: SeriesReport) -> [String] {
    let size = series.groups(most: Self.points).size
    var words = "Faults are shaded. The warm-up is part of what is shown."
    if size > 1 { words = "Each point stands for \(size) seconds. " + words }
    if replications > 1 { words += " This is the first of the replications." }
    if !series.isWhole { words += " Only the first part of the run was recorded." }
    return [words]
  }

  private func overTimeCharts(_ series: SeriesReport) -> [WebChart] {
    let groups = series.groups(most: Self.points)
    let clients = series.clients
    var lines = [
      WebChart.Series(
        name: "succeeded", values: groups.rate(.completions, of: clients), xs: groups.starts),
      WebChart.Series(
        name: "sent", values: groups.rate(.arrivals, of: clients), xs: groups.starts),
    ]
    let failures = groups.rate(.failures, of: clients)
    if failures.contains(where: { $0 > 0 }) {
      lines.insert(WebChart.Series(name: "failed", values: failures, xs: groups.starts), at: 1)
    }
    let times = [
      ("median", groups.meanOfRequests(.p50, of: clients)),
      ("99th percentile", groups.largest(.p99, of: clients)),
    ]
    let charts = [
      WebChart(
        "Requests each second", kind: .line, xTitle: "Time in s", yTitle: "Requests a second",
        series: lines, shades: shades),
      WebChart(
        "Latency of each second's requests", kind: .line, xTitle: "Time in s",
        yTitle: "Latency in ms", isLogarithmicY: true,
        series: times.map { name, values in
          // A second in which nothing succeeded has no latency.
          let known = values.indices.filter { values[$0] > 0 }
          return WebChart.Series(
            name: name, values: known.map { values[$0] }, xs: known.map { groups.starts[$0] })
        },
        shades: shades),
    ]
    return charts + [loadChart(series)].compactMap(\.self)
  }

  /// Latency against load, where the load at least doubles; nil where it does not.
  private func loadChart(_ series: SeriesReport) -> WebChart? {
    let groups = series.groups(most: 40)
    let loads = groups.rate(.arrivals, of: series.clients)
    let latencies = groups.meanOfRequests(.mean, of: series.clients)
    let known = loads.indices.filter { latencies[$0] > 0 }
    let ends = known.map { loads[$0] }.sorted()
    guard let least = ends.first, let most = ends.last, known.count > 8, most > 2 * least else {
      return nil
    }
    return WebChart(
      "Latency against load, a point for each \(groups.size) s", kind: .points,
      xTitle: "Requests sent a second", yTitle: "Mean latency in ms", isLogarithmicY: true,
      series: [
        WebChart.Series(
          name: "mean latency", values: known.map { latencies[$0] }, xs: known.map { loads[$0] })
      ])
  }

  /// How busy each backend was over time, and what became of it; and how much it was throttled.
  ///
  /// - Parameter alternative: what a comparison calls this run.
  func strips(of alternative: String?) -> [WebStrip] {
    guard let series else { return [] }
    let name = alternative.map { "\($0): u" } ?? "U"
    let groups = series.groups(most: Self.cells)
    let shown = series.backends.prefix(Self.shownRows)
    let more = series.backends.count - shown.count
    let part = more > 0 ? " (the first \(shown.count))" : ""
    var strips = [
      WebStrip(
        "\(name)tilization of each backend\(part): the darker, the busier",
        rows: shown.map { backend in
          WebStrip.Row(
            name: backend.name, heat: groups.mean(.utilization, of: backend),
            marks: groups.ranges.map { mark(of: backend, in: $0) })
        }, starts: groups.starts, end: series.end)
    ]
    let throttled = shown.filter { $0.values[.throttled]?.contains { $0 > 0 } ?? false }
    if !throttled.isEmpty && alternative == nil {
      strips.append(
        WebStrip(
          "Throttling\(part): the darker, the longer the CPU quota was spent",
          rows: throttled.map { backend in
            WebStrip.Row(
              name: backend.name, heat: groups.rate(.throttled, of: backend),
              marks: groups.ranges.map { _ in "" })
          }, starts: groups.starts, end: series.end))
    }
    return strips
  }

  /// What is remarkable about a backend in some seconds: its state, or that nobody uses it.
  private func mark(of backend: SeriesReport.Track, in seconds: Range<Int>) -> String {
    if let state = seconds.lazy.map({ backend.states[$0] }).first(where: { $0 != "up" }) {
      return state
    }
    if seconds.contains(where: { backend.values[.balancers]?[$0] == 0 }) { return "marked down" }
    return seconds.contains { backend.health[$0] == "unhealthy" } ? "unhealthy" : ""
  }

  private var eventTable: WebTable {
    WebTable(
      header: ["At", "Backend", "Event", "By"],
      rows: timeline.events.prefix(100).map {
        [RunTimeline.time($0.at), $0.backend, $0.event, $0.balancer ?? "engine"]
      })
  }

  /// Where the time of the slowest requests went; nil where none was traced.
  var slowestSection: WebPage.Section? {
    guard !traces.isEmpty else { return nil }
    return WebPage.Section(
      "The slowest requests",
      paragraphs: ["Each bar is a request from its sending to its end for the client."],
      waterfall: WebWaterfall(traces))
  }
}
