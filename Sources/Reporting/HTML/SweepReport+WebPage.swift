import ExperimentModel

extension SweepReport {
  /// The sweep as a page: what becomes of latency and throughput from one value to the next.
  ///
  /// - Parameters:
  ///   - question: what the experiment asks; nil for what the comment asks that opens the file.
  ///   - source: the text of the file.
  ///   - program: the name and version of what made it.
  public func webPage(question: String?, source: String, program: String) -> WebPage {
    var sections = [
      WebPage.Section(
        points.contains { $0.capacity != nil } ? "Capacity" : "Every point",
        tables: [pointTable])
    ]
    if !charts.isEmpty {
      sections.insert(
        WebPage.Section(
          "From value to value",
          paragraphs: ["Whiskers are 95% confidence intervals, where there are replications."],
          charts: charts), at: 0)
    }
    sections.append(WebPage.Section("The file", verbatim: source))
    let seed = points.lazy.compactMap(\.result).first?["seed"].map { ["seed \($0.line)"] } ?? []
    return WebPage(
      title: name, question: question ?? source.openingQuestion, answer: answer,
      facts: ["\(HumaneText.count(points.count)) points"] + seed + [program], sections: sections)
  }

  /// The end of the range at which things are best and worst, or what was found.
  private var answer: String {
    let capacities = points.compactMap { point in point.capacity.map { (point, $0) } }
    if let (point, capacity) = capacities.max(by: { $0.1.rank < $1.1.rank }) {
      let set = point.set.map { "\($0.path) \($0.value)" }.joined(separator: ", ")
      let whom = set.isEmpty ? "" : " with \(set)"
      return capacity.sentence + whom + "."
    }
    let known = points.compactMap { point in point.p99.map { (point: point, p99: $0) } }
    let best = known.min { $0.p99 < $1.p99 }
    let worst = known.max { $0.p99 < $1.p99 }
    guard let best, let worst else { return "No request succeeded at any point." }
    func text(_ point: Point, _ p99: Double) -> String {
      HumaneText.duration(milliseconds: p99) + " at "
        + point.set.map(\.value).joined(separator: ", ")
    }
    let lost = points.filter { $0.result != nil }.count - known.count
    let failed = lost == 0 ? "" : " At \(lost) of \(points.count) points no request succeeded."
    return "The slowest in a hundred requests took from \(text(best.point, best.p99)) to "
      + "\(text(worst.point, worst.p99)).\(failed)"
  }

  private var pointTable: WebTable {
    let measures = MeasureCatalog.compared
    let paths = points.first?.set.map(\.path) ?? []
    let seeks = points.contains { $0.capacity != nil }
    return WebTable(
      header: (paths.isEmpty ? ["Point"] : paths) + (seeks ? ["Capacity"] : [])
        + measures.map { ComparisonReport.titles[$0.name] ?? $0.name },
      rows: points.map { point in
        let set = point.set.isEmpty ? ["the file"] : point.set.map(\.value)
        let capacity = point.capacity.map { capacity in
          [capacity.found.map { HumaneText.plain($0.value) + capacity.unit } ?? capacity.finding]
        }
        return set + (capacity ?? [])
          + measures.map { measure in
            point.figure(measure).map {
              HumaneText.measured($0.value, measure.unit)
            } ?? (point.result == nil ? "" : "–")
          }
      })
  }

  // MARK: Charts

  /// The axis of a chart: the first path whose values are numbers with a unit in common.
  private var axis: (place: Int, unit: String)? {
    let paths = points.first?.set.count ?? 0
    for place in 0..<paths {
      let units = Set(points.map { $0.set[place].value.drop(while: \.isOfNumber) })
      let isNumeric = points.allSatisfy { $0.number(place) != nil }
      if isNumeric, units.count == 1, let unit = units.first { return (place, String(unit)) }
    }
    return nil
  }

  private var charts: [WebChart] {
    guard let axis, points.contains(where: { $0.result != nil }) else { return [] }
    let path = points[0].set[axis.place].path
    let title = axis.unit.isEmpty ? path : "\(path) (\(axis.unit))"
    let isSeveral = points[0].set.count > 1
    let named = groups(besides: axis.place)
    return charted.map { measure in
      WebChart(
        "The \(ComparisonReport.words[measure.name] ?? measure.name) by \(path)", kind: .line,
        xTitle: title,
        yTitle: measure.unit == .time
          ? "ms" : measure.unit == .share ? "%" : "Requests a second",
        isLogarithmicY: measure.unit == .time,
        series: named.map { name, points in
          let known = points.filter { $0.figure(measure) != nil }
          let figures = known.compactMap { $0.figure(measure) }
          let scale = measure.unit == .share ? 100.0 : 1
          return WebChart.Series(
            name: isSeveral ? name : measure.name, values: figures.map { $0.value * scale },
            intervals: figures.map { figure in
              figure.interval.map { [$0.lowerBound * scale, $0.upperBound * scale] } ?? []
            }, xs: known.compactMap { $0.number(axis.place) })
        })
    }
  }

  /// What is drawn: latency and throughput, and errors where there are any.
  private var charted: [Measure] {
    let names = ["latency.p50", "latency.p99", "throughput", "error_rate"]
    return names.compactMap { name in MeasureCatalog.compared.first { $0.name == name } }
      .filter { measure in
        measure.name != "error_rate" || points.contains { ($0.figure(measure)?.value ?? 0) > 0 }
      }
  }

  /// The points in groups that have everything in common but the value at one place.
  private func groups(besides place: Int) -> [(String, [Point])] {
    var groups: [(String, [Point])] = []
    for point in points {
      let name = point.set.indices.filter { $0 != place }.map { point.set[$0].value }
        .joined(separator: ", ")
      if let known = groups.firstIndex(where: { $0.0 == name }) {
        groups[known].1.append(point)
      } else {
        groups.append((name, [point]))
      }
    }
    return groups
  }
}

extension SweepReport.Point {
  /// The 99th percentile in milliseconds; nil where no request was measured.
  fileprivate var p99: Double? {
    MeasureCatalog.compared.first { $0.name == "latency.p99" }.flatMap { figure($0)?.value }
  }

  /// The number that a value begins with; nil where it begins with a word.
  fileprivate func number(_ place: Int) -> Double? {
    Double(set[place].value.prefix(while: \.isOfNumber))
  }
}

extension SweepReport.Capacity {
  /// What orders findings: the greater the part of the range where it holds, the better.
  fileprivate var rank: Double {
    guard let found else { return finding == "holds everywhere" ? .infinity : -.infinity }
    return holds == "from" ? -found.value : found.value
  }
}

extension Character {
  fileprivate var isOfNumber: Bool { isASCII && isNumber || self == "." || self == "-" }
}
