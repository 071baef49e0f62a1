import Reporting

/// Times that are this value in each figure, but for the mean, which is half of it.
func times(_ milliseconds: Double) -> LatencyFigures {
  let figure = Figure(milliseconds)
  return LatencyFigures(
    mean: Figure(milliseconds / 2), p50: figure, p90: figure, p95: figure, p99: figure,
    p99_9: figure, max: figure)
}

func backend(_ name: String, picked: Int, failed: Int = 0) -> RunReport.Backend {
  RunReport.Backend(
    name: name, picked: picked, succeeded: picked - failed, failed: failed,
    share: Figure(Double(picked) / 6000), utilization: Figure(0.5), throttledSeconds: Figure(0),
    queueMean: Figure(1.25), response: times(4.1))
}

/// A report whose numbers a reader of a test can follow.
func sampleReport(wallSeconds: Double = 0.04) -> RunReport {
  var last = backend("back-03", picked: 3000, failed: 12)
  last.throttledSeconds = Figure(61.2)
  return RunReport(
    name: "three-weighted", strategy: "nginx.weighted-round-robin", seed: 1,
    simulatedSeconds: 191.3, events: 140_012,
    requests: .init(issued: 6000, succeeded: 5987, failed: 12, unfinished: 1),
    failures: .init(status502: 0, status503: 0, status504: 9, clientTimeout: 3, connection: 0),
    throughputPerSecond: Figure(31.296), latency: times(950),
    backends: [backend("back-01", picked: 1000), backend("back-02", picked: 2000), last],
    wallSeconds: wallSeconds)
}
