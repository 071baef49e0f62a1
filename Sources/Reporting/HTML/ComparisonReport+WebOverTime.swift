extension ComparisonReport {
  /// How many alternatives are drawn over time.
  private static let drawn = 8

  /// The first replication of the best alternatives over time; nil where that was not recorded.
  var overTimeSection: WebPage.Section? {
    let reports = ranking.prefix(Self.drawn).compactMap { place in
      results.first { $0.name == place.strategy }
    }
    guard reports.contains(where: { ($0.report.series?.count ?? 0) > 2 }) else { return nil }
    let more = ranking.count - reports.count
    let which = more > 0 ? " of the best \(reports.count) alternatives" : " of each alternative"
    return WebPage.Section(
      "Over time",
      paragraphs: [
        "The first replication\(which), its warm-up included; all met the same requests. Faults are"
          + " shaded."
      ],
      charts: [
        overTimeChart(
          "Mean latency of the requests that ended", "Latency in ms", isTime: true, reports
        ) { $0.meanOfRequests(.mean, of: $1.clients) },
        overTimeChart(
          "Requests that succeeded each second", "Requests a second", isTime: false, reports
        ) { $0.rate(.completions, of: $1.clients) },
      ],
      strips: reports.prefix(3).flatMap { $0.report.strips(of: label($0.name)) })
  }

  private func overTimeChart(
    _ title: String, _ axis: String, isTime: Bool, _ reports: [(name: String, report: RunReport)],
    _ values: (SeriesReport.Groups, SeriesReport) -> [Double]
  ) -> WebChart {
    WebChart(
      title, kind: .line, xTitle: "Time in s", yTitle: axis, isLogarithmicY: isTime,
      series: reports.compactMap { name, report in
        report.series.map { series in
          let groups = series.groups(most: RunReport.points)
          let values = values(groups, series)
          let known = values.indices.filter { values[$0] > 0 || !isTime }
          return WebChart.Series(
            name: label(name), values: known.map { values[$0] }, xs: known.map { groups.starts[$0] }
          )
        }
      }, shades: reports.first?.report.shades ?? [])
  }
}
