import ExperimentModel
import Statistics

extension ComparisonReport {
  /// The comparison as a page: which alternative won, how sure that is, and why.
  ///
  /// - Parameters:
  ///   - question: what the experiment asks.
  ///   - latencies: the times of all requests of each alternative in nanoseconds, in the order of
  ///     the results.
  ///   - source: the text of the file.
  public func webPage(question: String?, latencies: [Histogram], source: String) -> WebPage {
    precondition(latencies.count == results.count, "each alternative has its latencies")
    let named = zip(results, latencies).map { (name: $0.name, latency: $1) }
    return WebPage(
      title: name, question: question, answer: answer, facts: facts,
      sections: [
        WebPage.Section(
          "Ranking", paragraphs: [Self.howToRead], charts: [rankingChart], tables: [rankingTable]),
        WebPage.Section(
          "How long requests took",
          paragraphs: ["A median tells what is usual, the percentiles on the right what is rare."],
          charts: [.percentiles(named), .distribution(named)]),
        WebPage.Section(
          "What the backends did", paragraphs: [Self.aboutBackends],
          charts: [shareChart, utilizationChart], tables: [throttlingTable]),
        WebPage.Section("The file", verbatim: source),
      ])
  }

  private static let howToRead = """
    All alternatives met the same requests. Whiskers are 95% confidence intervals of each figure; \
    verdicts against the baseline come from the differences of runs with the same requests, which \
    are more precise, and hold at 95% for all of them together; = is not distinguishable. A rank is \
    one more than the number of alternatives that are surely better, so that two of one rank may be \
    equally good.
    """

  private static let aboutBackends = """
    Each backend's part of the requests, the part of its CPU that it used, and for how long its \
    CPU quota kept it from running.
    """

  /// Who won, by how much, and whether that is sure.
  private var answer: String {
    guard let best = ranking.first else { return "Nothing was compared." }
    let what = "\(words) (\(text(best.value)))"
    if best.peers.isEmpty {
      guard let second = ranking.dropFirst().first, second.value.value != 0 else {
        return "\(best.strategy) has the best \(what)."
      }
      let gain = abs(1 - best.value.value / second.value.value)
      return "\(best.strategy) has the best \(what), \(HumaneText.percent(gain)) from the next, "
        + "\(second.strategy) (\(text(second.value)))."
    }
    let others = best.peers.prefix(3).joined(separator: ", ")
    let more = best.peers.count > 3 ? " and \(best.peers.count - 3) more" : ""
    return "Nothing is surely better than \(best.strategy), whose \(what) is not distinguishable "
      + "from that of \(others)\(more)."
  }

  /// What the ranking is by, in words.
  private var words: String { Self.words[rankedBy.name] ?? rankedBy.name }

  private static let words = [
    "latency.mean": "mean latency", "latency.p50": "median latency",
    "latency.p90": "90th percentile of the latency",
    "latency.p95": "95th percentile of the latency",
    "latency.p99": "99th percentile of the latency", "error_rate": "error rate",
    "throughput": "throughput",
  ]

  private var facts: [String] {
    let runs = results.first?.report.replications ?? 0
    let seed = results.first?.report.seed ?? 0
    let digests = results.map { "\($0.name) \($0.report.digest)" }.joined(separator: ", ")
    return [
      "\(HumaneText.count(runs)) replications of each", "seed \(seed)", "digests: \(digests)",
    ]
  }

  private func text(_ figure: Figure) -> String {
    let value = HumaneText.measured(figure.value, rankedBy.unit)
    guard let interval = figure.interval else { return value }
    let low = HumaneText.measured(interval.lowerBound, rankedBy.unit)
    let high = HumaneText.measured(interval.upperBound, rankedBy.unit)
    return "\(value), between \(low) and \(high)"
  }

  private var rankingChart: WebChart {
    WebChart(
      "The \(words) of each alternative, the best first", kind: .bar, xTitle: "Alternative",
      yTitle: words + (rankedBy.unit == .time ? " in ms" : ""), labels: ranking.map(\.strategy),
      series: [
        WebChart.Series(
          name: words, values: ranking.map(\.value.value),
          intervals: ranking.map { place in
            place.value.interval.map { [$0.lowerBound, $0.upperBound] } ?? []
          })
      ])
  }

  private var rankingTable: WebTable {
    let measures = differences.reduce(into: [Measure]()) { known, difference in
      if !known.contains(difference.measure) { known.append(difference.measure) }
    }
    let rows = ranking.map { place in
      let report = results.first { $0.name == place.strategy }?.report
      let isBaseline = place.strategy == baseline
      return ["\(place.strategy)\(isBaseline ? " (baseline)" : "")", "\(place.rank)"]
        + measures.map { measure in
          guard let figure = report?.figure(MeasuredFigure(measure)) else { return "" }
          let verdict = differences.first {
            $0.strategy == place.strategy && $0.measure == measure
          }?.verdict
          return HumaneText.measured(figure.value, measure.unit)
            + (verdict.map { $0 == "not distinguishable" ? " =" : " \($0)" } ?? "")
        }
    }
    return WebTable(header: ["Alternative", "Rank"] + measures.map(\.name), rows: rows)
  }

  private var shareChart: WebChart {
    backendChart("Share of the requests of each backend", "Share in %") { $0.share }
  }

  private var utilizationChart: WebChart {
    backendChart("Utilization of each backend", "Utilization in %") { $0.utilization }
  }

  private func backendChart(
    _ title: String, _ axis: String, _ figure: (RunReport.Backend) -> Figure
  ) -> WebChart {
    let names = results.first?.report.backends.map(\.name) ?? []
    return WebChart(
      title, kind: .bar, xTitle: "Backend", yTitle: axis, labels: names,
      series: results.map { result in
        let figures = result.report.backends.map(figure)
        return WebChart.Series(
          name: result.name, values: figures.map { $0.value * 100 },
          intervals: figures.map { one in
            one.interval.map { [$0.lowerBound * 100, $0.upperBound * 100] } ?? []
          })
      })
  }

  /// For how long each backend was throttled, as a heat map.
  private var throttlingTable: WebTable {
    let names = results.first?.report.backends.map(\.name) ?? []
    let seconds = results.map { $0.report.backends.map(\.throttledSeconds.value) }
    let most = seconds.joined().max() ?? 0
    return WebTable(
      header: ["Throttled, seconds a run"] + names,
      rows: zip(results, seconds).map { result, row in
        [result.name] + row.map(HumaneText.significant)
      },
      heat: seconds.map { row in row.map { most > 0 ? $0 / most * 0.8 : 0 } })
  }
}
