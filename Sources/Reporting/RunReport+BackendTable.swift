extension RunReport {
  /// How many backends a table shows.
  private static let shownBackends = 20

  /// The backends for a reader at a terminal: a row each, or of many the busiest and what the
  /// figures of all lie between.
  func backendLines(_ style: TextStyle) -> [String] {
    let columns = backendColumns
    var table = TextTable(
      columns: [.init("Backend", alignment: .left, isFlexible: true)]
        + columns.map { .init($0.title) })
    let shown = busiestBackends
    for backend in shown {
      table.append([backend.name] + columns.map { $0.text($0.value(backend)) })
    }
    let hidden = backends.count - shown.count
    if hidden > 0 {
      let ascending = columns.map { column in backends.map(column.value).sorted() }
      for (name, percent) in [("least of all", 0), ("median", 50), ("most", 100)] {
        let place = (backends.count - 1) * percent / 100
        table.append([name] + zip(columns, ascending).map { $0.text($1[place]) })
      }
    }
    var lines = table.lines(width: Self.width)
    lines[0] = style.bold(lines[0])
    if hidden > 0 {
      let picks = backends.reduce(0) { $0 + $1.picked } - shown.reduce(0) { $0 + $1.picked }
      lines.insert(
        "… and \(HumaneText.count(hidden)) more backends, none picked more often, "
          + "with \(HumaneText.count(picks)) picks in all", at: 1 + shown.count)
    }
    return lines
  }

  /// A figure of each backend and how it is shown.
  private struct BackendColumn {
    var title: String
    var value: (Backend) -> Double
    var text: (Double) -> String
  }

  /// All columns, but those that would tell nothing: no throttling, no failure.
  private var backendColumns: [BackendColumn] {
    func time(_ title: String, _ milliseconds: @escaping (Backend) -> Double) -> BackendColumn {
      BackendColumn(title: title, value: milliseconds, text: HumaneText.duration)
    }
    func share(
      _ title: String, of full: Double = 1, _ value: @escaping (Backend) -> Double
    ) -> BackendColumn {
      BackendColumn(title: title, value: value) {
        HumaneText.percent($0) + " " + HumaneText.bar($0 / full, width: 5)
      }
    }
    // Among many backends each share is small: the longest bar is that of the largest.
    let largestShare = backends.map(\.share.value).max() ?? 0
    var columns = [
      share("Share", of: largestShare > 0 ? largestShare : 1, \.share.value),
      share("Utilization", \.utilization.value),
      time("Response p50", \.response.p50.value),
      time("p95", \.response.p95.value),
      time("p99", \.response.p99.value),
      time("mean", \.response.mean.value),
      BackendColumn(title: "Queue", value: \.queueMean.value, text: HumaneText.significant),
    ]
    if backends.contains(where: { $0.throttledSeconds.value > 0 }) {
      columns.append(time("Throttled") { $0.throttledSeconds.value * 1000 })
    }
    if backends.contains(where: { $0.failed > 0 }) {
      columns.append(
        BackendColumn(title: "Failed", value: { Double($0.failed) }) {
          HumaneText.number($0, decimals: 0)
        })
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
