extension RunReport {
  /// The widest line of a table.
  static let width = 100

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
    let rate = HumaneText.significant(throughputPerSecond.value)
    let length = HumaneText.duration(milliseconds: simulatedSeconds * 1000)
    let wall = HumaneText.duration(milliseconds: wallSeconds * 1000)
    let unmeasured =
      requests.succeeded == 0
      ? "none succeeded" : "all were sent before the warm-up was over; shorten `warmup`"
    return requestLines(style) + [
      "Throughput  \(rate)/s in \(length) of simulated time "
        + "(\(HumaneText.count(events)) events in \(wall))",
      "Latency     " + (latency.isEmpty ? "of no request: \(unmeasured)" : latency.line),
    ] + confidenceLines() + (theory?.lines ?? [])
  }

  /// How the requests ended, and, where some failed, by what.
  func requestLines(_ style: TextStyle) -> [String] {
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
    let requests = "Requests    " + counts.joined(separator: ", ")
    if kinds.isEmpty { return [requests] }
    return [requests, style.red("Failures    " + kinds.joined(separator: ", "))]
  }
}

extension LatencyFigures {
  /// All figures on a line: `mean 3.1ms  p50 2.0ms  ...`.
  var line: String {
    [
      ("mean", mean), ("p50", p50), ("p90", p90), ("p95", p95), ("p99", p99), ("p99.9", p99_9),
      ("max", max),
    ].map { "\($0.0) \(HumaneText.duration(milliseconds: $0.1.value))" }.joined(separator: "  ")
  }
}
