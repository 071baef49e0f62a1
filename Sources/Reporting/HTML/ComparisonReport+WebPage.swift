import ExperimentModel
import Statistics

extension ComparisonReport {
  /// The comparison as a page: which alternative won, how sure that is, and why.
  ///
  /// - Parameters:
  ///   - question: what the experiment asks; nil for what the comment asks that opens the file.
  ///   - latencies: the times of all requests of each alternative in nanoseconds, in the order of
  ///     the results.
  ///   - source: the text of the file.
  ///   - program: the name and version of what made it.
  public func webPage(
    question: String?, latencies: [Histogram], source: String, program: String
  ) -> WebPage {
    precondition(latencies.count == results.count, "each alternative has its latencies")
    // In the order of the ranking, so that an alternative has one colour in all charts.
    let named = ranking.compactMap { place in
      results.firstIndex { $0.name == place.strategy }.map {
        (name: label(place.strategy), latency: latencies[$0])
      }
    }
    let sections = [
      WebPage.Section(
        "Ranking", paragraphs: [Self.howToRead], charts: [rankingChart],
        tables: [rankingTable, differenceTable]),
      WebPage.Section(
        "How long requests took",
        paragraphs: ["A median tells what is usual, the percentiles on the right what is rare."],
        charts: [.percentiles(named), .distribution(named)]),
      overTimeSection,
      WebPage.Section(
        "What the backends did", paragraphs: [Self.aboutBackends],
        charts: [shareChart, utilizationChart], tables: [throttlingTable].compactMap(\.self)),
      WebPage.Section("The file", paragraphs: [digests], verbatim: source),
    ]
    return WebPage(
      title: name, question: question ?? source.openingQuestion, answer: answer,
      facts: facts + [program],
      sections: sections.compactMap(\.self))
  }

  private static let howToRead = """
    All alternatives met the same requests. Whiskers are 95% confidence intervals of each figure; \
    verdicts against the baseline come from the differences of runs with the same requests, which \
    are more precise, and hold at 95% for all of them together: ▲ is better, ▼ is worse, and = is \
    not distinguishable. A rank is one more than the number of alternatives that are surely better, \
    so that two of one rank may be equally good.
    """

  private static let aboutBackends = """
    Each backend's part of the requests, the part of its CPU that it used, and for how long its \
    CPU quota kept it from running.
    """

  private static let marks = ["better": " ▲", "worse": " ▼"]

  private var facts: [String] {
    let runs = results.first?.report.replications ?? 0
    let seed = results.first?.report.seed ?? 0
    return ["\(HumaneText.count(runs)) replications of each", "seed \(seed)"]
  }

  private var digests: String {
    "The digests of the results: "
      + results.map { "\($0.name) \($0.report.digest)" }.joined(separator: ", ") + "."
  }

  private var rankingChart: WebChart {
    let measured = ranking.compactMap { place in
      place.value.map { (label: "\(place.rank). \(label(place.strategy))", value: $0) }
    }
    return WebChart(
      "The \(words) of each alternative, the best first", kind: .bar,
      xTitle: "Rank and alternative", yTitle: words + (rankedBy.unit == .time ? " in ms" : ""),
      labels: measured.map(\.label), isHorizontal: true,
      series: [
        WebChart.Series(
          name: words, values: measured.map(\.value.value),
          intervals: measured.map { _, value in
            value.interval.map { [$0.lowerBound, $0.upperBound] } ?? []
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
      return ["\(label(place.strategy))\(isBaseline ? " (baseline)" : "")", "\(place.rank)"]
        + measures.map { measure in
          let figure = report?.figure(MeasuredFigure(measure))
          let verdict = differences.first {
            $0.strategy == place.strategy && $0.measure == measure
          }?.verdict
          return (figure.map { HumaneText.measured($0.value, measure.unit) } ?? "–")
            + (verdict.map { Self.marks[$0] ?? " =" } ?? "")
        }
    }
    return WebTable(
      header: ["Alternative", "Rank"] + measures.map { Self.titles[$0.name] ?? $0.name },
      rows: rows)
  }

  /// By how much each alternative differs from the baseline in what the ranking is by.
  private var differenceTable: WebTable {
    let unit = rankedBy.unit
    return WebTable(
      header: ["Against \(label(baseline))", "Difference in the \(words)", "Between", "Verdict"],
      rows: ranking.compactMap { place in
        let found = differences.first { $0.strategy == place.strategy && $0.measure == rankedBy }
        guard let found else { return nil }
        let bounds = found.difference?.interval.map {
          HumaneText.measured($0.lowerBound, unit) + " and "
            + HumaneText.measured($0.upperBound, unit)
        }
        return [
          label(place.strategy),
          found.difference.map { HumaneText.measured($0.value, unit) } ?? "–", bounds ?? "",
          found.verdict,
        ]
      })
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
      series: ranking.compactMap { place in
        guard let result = results.first(where: { $0.name == place.strategy }) else { return nil }
        let figures = result.report.backends.map(figure)
        return WebChart.Series(
          name: label(result.name), values: figures.map { $0.value * 100 },
          intervals: figures.map { one in
            one.interval.map { [$0.lowerBound * 100, $0.upperBound * 100] } ?? []
          })
      })
  }

  /// For how long each backend was throttled, as a heat map.
  private var throttlingTable: WebTable? {
    let names = results.first?.report.backends.map(\.name) ?? []
    let seconds = results.map { $0.report.backends.map(\.throttledSeconds.value) }
    let most = seconds.joined().max() ?? 0
    guard most > 0 else { return nil }
    return WebTable(
      header: ["Throttled, seconds a run"] + names,
      rows: zip(results, seconds).map { result, row in
        [label(result.name)] + row.map(HumaneText.significant)
      },
      heat: seconds.map { row in row.map { $0 / most * 0.8 } })
  }
}
