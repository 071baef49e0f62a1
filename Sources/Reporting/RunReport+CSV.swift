extension RunReport {
  /// The report as CSV: a header, one row a backend in the order of the file, and a last row
  /// named `total`.
  ///
  /// Shares are fractions. The times of a backend are its responses, from the balancer's pick to
  /// its receipt of the answer; those of the total are latencies, from the client's send to the
  /// client's receipt. The total has no utilization, since backends differ in capacity. Fields are
  /// quoted as RFC 4180 says; lines end in a line feed, which the tools of this world expect.
  public var csv: String {
    let total = [
      "total", "\(backends.reduce(0) { $0 + $1.picked })", "\(requests.succeeded)",
      "\(requests.failed)", backends.contains { $0.picked > 0 } ? "1.0" : "0.0", "",
      "\(backends.reduce(0) { $0 + $1.throttledSeconds.value })",
      "\(backends.reduce(0) { $0 + $1.queueMean.value })",
    ]
    let restarts = [
      "\(backends.reduce(0) { $0 + $1.memoryPeakBytes })",
      "\(backends.reduce(0) { $0 + $1.outOfMemoryKills })",
      "\(backends.reduce(0) { $0 + $1.restarts })",
    ]
    let rows = [Self.csvHeader] + backends.map(csvRow) + [total + times(latency) + restarts]
    return rows.map(CSVText.row).joined()
  }

  /// The names of the columns; the unit is last in each.
  private static let csvHeader = [
    "backend", "picked", "succeeded", "failed", "share", "utilization", "throttled_s",
    "queue_mean", "mean_ms", "p50_ms", "p90_ms", "p95_ms", "p99_ms", "p99_9_ms", "max_ms",
    "memory_peak_bytes", "oom_kills", "restarts",
  ]

  private func csvRow(_ backend: Backend) -> [String] {
    [
      backend.name, "\(backend.picked)", "\(backend.succeeded)", "\(backend.failed)",
      "\(backend.share.value)", "\(backend.utilization.value)",
      "\(backend.throttledSeconds.value)", "\(backend.queueMean.value)",
    ] + times(backend.response) + [
      "\(backend.memoryPeakBytes)", "\(backend.outOfMemoryKills)", "\(backend.restarts)",
    ]
  }

  private func times(_ figures: LatencyFigures) -> [String] {
    [
      figures.mean, figures.p50, figures.p90, figures.p95, figures.p99, figures.p99_9, figures.max,
    ].map { "\($0.value)" }
  }
}
