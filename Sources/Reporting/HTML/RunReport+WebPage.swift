import Statistics

extension RunReport {
  /// The run as a page.
  ///
  /// - Parameters:
  ///   - question: what the experiment asks.
  ///   - latency: the times of all requests in nanoseconds.
  ///   - source: the text of the file.
  public func webPage(question: String?, latency: Histogram, source: String) -> WebPage {
    let named = [(name: strategy, latency: latency)]
    var sections = [
      WebPage.Section(
        "How long requests took",
        paragraphs: ["A median tells what is usual, the percentiles on the right what is rare."],
        charts: [.percentiles(named), .distribution(named)]),
      WebPage.Section(
        "What the backends did", charts: [backendChart], tables: [backendTable]),
      WebPage.Section("The file", verbatim: source),
    ]
    if !hypothesis.isEmpty {
      sections.insert(WebPage.Section("What was expected", tables: [hypothesisTable]), at: 0)
    }
    return WebPage(
      title: name, question: question, answer: answer,
      facts: [
        "\(HumaneText.count(replications)) replication\(replications == 1 ? "" : "s")",
        "seed \(seed)", "digest \(digest)",
      ], sections: sections)
  }

  private var answer: String {
    let failed =
      requests.failed == 0 ? "none failed" : "\(HumaneText.count(requests.failed)) failed"
    let figures =
      "of \(HumaneText.count(requests.issued)) requests \(failed); the median took "
      + HumaneText.duration(milliseconds: latency.p50.value) + ", the slowest in a hundred "
      + HumaneText.duration(milliseconds: latency.p99.value) + " and more"
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
    WebTable(
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
          HumaneText.duration(milliseconds: backend.response.p50.value),
          HumaneText.duration(milliseconds: backend.response.p99.value),
        ]
      })
  }
}
