extension LiveReport {
  /// The live run as a page: what was asked and what was measured, second by second.
  ///
  /// - Parameters:
  ///   - source: the text of the file.
  ///   - more: what else is known, such as what the packets say, before the file.
  public func webPage(source: String, more: [WebPage.Section] = []) -> WebPage {
    var sections: [WebPage.Section] = []
    if !load.run.hypothesis.isEmpty {
      sections.append(.init("What was expected", tables: [load.run.hypothesisTable]))
    }
    if !faults.isEmpty {
      sections.append(
        .init("What was broken", paragraphs: [Self.aboutFaults], tables: [faultTable]))
    }
    if predicted != nil {
      sections.append(
        .init("Predicted and observed", paragraphs: [aboutPrediction], tables: [agreementTable]))
    }
    sections.append(.init("Second by second", charts: [answerChart, latencyChart]))
    if !events.isEmpty {
      sections.append(.init("What happened to the containers", tables: [eventTable]))
    }
    if load.knowsBackends {
      sections.append(
        .init(
          "What the backends did", charts: [load.run.backendChart],
          tables: [load.run.backendTable]))
    }
    return WebPage(
      title: experiment, question: question, answer: answer, facts: facts,
      sections: sections + more + [.init("The file", verbatim: source)])
  }

  private static let aboutFaults = """
    Each line is one time that a fault was made. What was measured is read from the target's \
    packets, from its control group or from the engine's events, as the last column says; the \
    interval is the 95% confidence interval.
    """

  private var aboutPrediction: String {
    let runs = predicted?.replications ?? 0
    return "The same file was simulated \(HumaneText.count(runs)) times. A live run is one run,"
      + " so it is held against the range in which 95% of single simulated runs lie."
  }

  private var answer: String {
    let requests = load.run.requests
    let figures =
      "of \(HumaneText.count(requests.issued)) requests \(HumaneText.count(requests.failed))"
      + " failed; the median took \(HumaneText.duration(milliseconds: load.run.latency.p50.value))"
    switch verdict {
    case .holds where load.run.hypothesis.isEmpty: return "Measured: \(figures)."
    case .holds: return "The hypothesis holds: \(figures)."
    case .refuted: return "The hypothesis is refuted: \(figures)."
    case .aborted: return "It ended early, because \(abortReason ?? "something went wrong")."
    }
  }

  private var facts: [String] {
    let length = HumaneText.duration(milliseconds: load.run.simulatedSeconds * 1000)
    let packets = capture.map {
      "\(HumaneText.count($0.captured)) packets captured, \(HumaneText.count($0.dropped)) dropped"
    }
    return ["\(load.url)", length, "seed \(load.run.seed)", packets].compactMap(\.self)
  }

  private var faultTable: WebTable {
    WebTable(
      header: [
        "Fault", "Took", "Asked", "Measured", "Interval", "From", "Until", "Via", "Read from",
      ],
      rows: faults.map { fault in
        [
          "\(fault.fault) \(fault.targets.joined(separator: ", "))", fault.tookText,
          text(fault.asked.filter { $0.key != "for_s" }),
          text(fault.measured.mapValues { .number($0.value) }), fault.intervals ?? "",
          time(fault.from), time(fault.until), fault.via ?? "",
          [fault.evidence, fault.remark].compactMap(\.self).joined(separator: "; "),
        ]
      })
  }

  private var agreementTable: WebTable {
    WebTable(header: Agreement.header, rows: agreements.map(\.cells))
  }

  private var eventTable: WebTable {
    WebTable(
      header: ["At", "Container", "Event", "Exit status"],
      rows: events.map {
        [time($0.at), $0.container, $0.event, $0.exitCode.map(String.init) ?? ""]
      })
  }

  private var answerChart: WebChart {
    chart(
      "Answers in each second, with the faults shaded", "Answers",
      [("succeeded", { Double($0.succeeded) }), ("failed", { Double($0.failed) })],
      predicted: [.completions])
  }

  private var latencyChart: WebChart {
    chart(
      "Latency in each second, with the faults shaded", "Latency in ms",
      [("p50", { $0.p50 }), ("p99", { $0.p99 })], predicted: [.p50, .p99])
  }

  private func chart(
    _ title: String, _ axis: String, _ lines: [(String, (LoadReport.Second) -> Double)],
    predicted quantities: [SeriesReport.Quantity]
  ) -> WebChart {
    let xs = load.perSecond.map { Double($0.at) }
    return WebChart(
      title, kind: .line, xTitle: "Seconds since the start", yTitle: axis,
      series: lines.map { name, value in
        WebChart.Series(name: name, values: load.perSecond.map(value), xs: xs)
      } + quantities.compactMap(simulated), shades: shades)
  }

  /// What the simulator says of a quantity in the seconds that the live run has; nil where it was
  /// not asked.
  private func simulated(_ quantity: SeriesReport.Quantity) -> WebChart.Series? {
    guard let series = predicted?.series, let values = series.clients.values[quantity] else {
      return nil
    }
    let count = min(values.count, load.perSecond.count)
    return WebChart.Series(
      name: "\(quantity.rawValue.prefix { $0 != "_" }), predicted",
      values: Array(values.prefix(count)), xs: Array(series.starts.prefix(count)))
  }

  private var shades: [WebChart.Shade] {
    faults.compactMap { fault in
      fault.from.map { from in
        WebChart.Shade(
          from: from, to: fault.until ?? load.run.simulatedSeconds,
          name: "\(fault.fault) \(fault.targets.joined(separator: ", "))")
      }
    }
  }
}
