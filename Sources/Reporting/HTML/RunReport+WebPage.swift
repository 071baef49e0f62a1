import Statistics

extension RunReport {
  /// The run as a page: the answer, the run over time, its latencies and its backends.
  ///
  /// - Parameters:
  ///   - question: what the experiment asks; nil for what the comment asks that opens the file.
  ///   - latency: the times of all requests in nanoseconds.
  ///   - source: the text of the file.
  ///   - program: the name and version of what made it.
  public func webPage(
    question: String?, latency: Histogram, source: String, program: String
  ) -> WebPage {
    let named = [(name: strategy, latency: latency)]
    let expected =
      hypothesis.isEmpty ? nil : WebPage.Section("What was expected", tables: [hypothesisTable])
    let latencies =
      latency.count == 0
      ? nil
      : WebPage.Section(
        "How long requests took",
        paragraphs: ["A median tells what is usual, the percentiles on the right what is rare."],
        charts: [.percentiles(named), .distribution(named)])
    let sections = [
      expected, overTimeSection, latencies,
      WebPage.Section("What the backends did", charts: [backendChart], tables: [backendTable]),
      slowestSection, theory.flatMap(\.section), WebPage.Section("The file", verbatim: source),
    ]
    return WebPage(
      title: name, question: question ?? source.openingQuestion, answer: answer,
      facts: [
        "\(HumaneText.count(replications)) replication\(replications == 1 ? "" : "s")",
        "seed \(seed)", "digest \(digest)", program,
      ], sections: sections.compactMap(\.self))
  }

  private var answer: String {
    let failed =
      requests.failed == 0 ? "none failed" : "\(HumaneText.count(requests.failed)) failed"
    let times =
      latency.isEmpty
      ? requests.succeeded == 0 ? "none succeeded" : "none was sent after the warm-up"
      : "the median took " + HumaneText.duration(milliseconds: latency.p50.value)
        + ", the slowest in a hundred " + HumaneText.duration(milliseconds: latency.p99.value)
        + " and more"
    let figures = "of \(HumaneText.count(requests.issued)) requests \(failed); \(times)"
    if hypothesis.isEmpty { return "With \(strategy), \(figures)." }
    return (isRefuted ? "The hypothesis is refuted: " : "The hypothesis holds: ") + figures + "."
  }

  var hypothesisTable: WebTable {
    WebTable(
      header: ["Expected", "Observed", "Verdict"],
      rows: hypothesis.map {
        [$0.expression, $0.observedText, $0.holds ? "holds" : "refuted"]
      })
  }

  var backendChart: WebChart {
    WebChart(
      "Share of the requests, and part of the CPU used", kind: .bar, xTitle: "Backend",
      yTitle: "%", labels: backends.map(\.name),
      series: [
        WebChart.Series(name: "Share", values: backends.map { $0.share.value * 100 }),
        WebChart.Series(name: "Utilization", values: backends.map { $0.utilization.value * 100 }),
      ])
  }

  var backendTable: WebTable {
    func time(_ figure: Figure, of backend: Backend) -> String {
      backend.response.isEmpty ? "–" : HumaneText.duration(milliseconds: figure.value)
    }
    return WebTable(
      header: [
        "Backend", "Picked", "Failed", "Share", "Utilization", "Throttled", "Mean queue",
        "Response p50", "Response p99",
      ],
      rows: backends.map { backend in
        [
          backend.name, HumaneText.count(backend.picked), HumaneText.count(backend.failed),
          HumaneText.percent(backend.share.value), HumaneText.percent(backend.utilization.value),
          HumaneText.significant(backend.throttledSeconds.value) + "s",
          HumaneText.significant(backend.queueMean.value),
          time(backend.response.p50, of: backend), time(backend.response.p99, of: backend),
        ]
      })
  }
}

extension TheoryReport {
  /// What theory says, as a part of a page; nil where it knows no such system.
  fileprivate var section: WebPage.Section? {
    guard let system else { return nil }
    return WebPage.Section(
      "What theory says",
      paragraphs: [
        "Such a system is known as \(system) (\(source ?? "queueing theory")). z is the difference"
          + " in standard errors; beyond 3 something is wrong."
      ],
      tables: [
        WebTable(
          header: ["Figure", "Exact", "Simulated", "z"],
          rows: rows.map { row in
            let text = { (value: Double) in
              row.figure.hasPrefix("latency")
                ? HumaneText.duration(milliseconds: value) : HumaneText.percent(value)
            }
            return [
              row.figure, text(row.exact), text(row.simulated),
              row.z.map { HumaneText.number($0, decimals: 1) } ?? "",
            ]
          })
      ])
  }
}
