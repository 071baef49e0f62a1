import Statistics

extension WebChart {
  /// The percentiles of latencies, spread so that what is rare has room: each nine of 90, 99 and
  /// 99.9 % is as wide as the one before.
  static func percentiles(_ groups: [(name: String, latency: Histogram)]) -> WebChart {
    let shown = [1.0, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 92.5, 95, 97.5, 98, 99, 99.5, 99.9]
    return WebChart(
      "Latency by percentile", kind: .line, xTitle: "Percentile of the requests",
      yTitle: "Latency in ms", labels: ["0%", "50%", "90%", "99%", "99.9%"],
      ticks: [1, 2, 10, 100, 1_000], isLogarithmicX: true, isLogarithmicY: true,
      series: groups.filter { $0.latency.count > 0 }.map { group in
        Series(
          name: group.name, values: shown.map { group.latency.percentile($0) / 1e6 },
          xs: shown.map { (1e5 / (100 - $0)).rounded() / 1e3 })
      })
  }

  /// The part of all requests that took no longer than a time.
  static func distribution(_ groups: [(name: String, latency: Histogram)]) -> WebChart {
    let parts = (1...99).map(Double.init) + [99.5, 99.9]
    return WebChart(
      "Part of the requests that took no longer", kind: .line, xTitle: "Latency in ms",
      yTitle: "Requests in %", isLogarithmicX: true,
      series: groups.filter { $0.latency.count > 0 }.map { group in
        Series(
          name: group.name, values: parts,
          xs: parts.map { max(group.latency.percentile($0) / 1e6, 1e-6) })
      })
  }
}
