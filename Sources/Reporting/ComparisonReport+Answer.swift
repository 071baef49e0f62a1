import ExperimentModel

/// What a comparison comes to, in sentences.
extension ComparisonReport {
  /// Who won, by how much, and how sure that is.
  var answer: String {
    guard let best = ranking.first, let value = best.value else {
      return "No request of any alternative succeeded."
    }
    let what = "its \(words) is \(text(value.value))"
    let name = label(best.strategy)
    guard (results.first?.report.replications ?? 0) > 1 else {
      return "\(name) comes first, \(what); but one replication cannot say how sure that is."
    }
    let others = ranking.dropFirst().filter { !best.peers.contains($0.strategy) }
    let all = others.count > 1 ? "all others" : "the other"
    let beaten = listed(others.map(\.strategy))
    let draw = "not distinguishable from \(listed(best.peers))"
    let verdict =
      if best.peers.isEmpty {
        "\(name) wins: \(what), surely better than \(all)."
      } else if others.isEmpty {
        "Nobody surely wins: \(name) comes first, \(what), but is \(draw)."
      } else {
        "\(name) comes first: \(what), surely better than \(beaten), but is \(draw)."
      }
    return [verdict, lead(of: best, over: others), price(of: best)].compactMap(\.self)
      .joined(separator: " ")
  }

  /// By how much the best leads the baseline, or as the baseline the next that it surely beats; nil
  /// where it leads nobody.
  private func lead(of best: Rank, over others: [Rank]) -> String? {
    let isBaseline = best.strategy == baseline
    let found = others.lazy.compactMap { other in
      differences.first {
        $0.strategy == (isBaseline ? other.strategy : best.strategy) && $0.measure == rankedBy
      }
    }.first { $0.verdict != "not distinguishable" }
    guard let found, let difference = found.difference, let interval = difference.interval else {
      return nil
    }
    let other = isBaseline ? found.strategy : baseline
    let bounds = [interval.lowerBound.magnitude, interval.upperBound.magnitude].sorted()
    let comparative = rankedBy.preference == .higher ? "more" : "less"
    let reference = ranking.first { $0.strategy == other }?.value?.value ?? 0
    let share =
      reference > 0 && rankedBy.unit != .share
      ? ", or \(HumaneText.percent(difference.value.magnitude / reference))," : ""
    func amount(_ value: Double) -> String {
      rankedBy.unit == .share ? HumaneText.number(value * 100, decimals: 1) : text(value)
    }
    let points = rankedBy.unit == .share ? " percentage points" : ""
    return "That is \(amount(difference.value.magnitude))\(points)\(share) \(comparative) than "
      + "\(label(other))\(isBaseline ? "" : ", the baseline"); between \(amount(bounds[0])) and "
      + "\(amount(bounds[1])) at 95%."
  }

  /// What the best in a latency loses in requests, since latencies are of those that succeed; nil
  /// where nobody surely loses fewer.
  private func price(of best: Rank) -> String? {
    guard rankedBy.unit == .time else { return nil }
    let errors = differences.filter { $0.measure.name == "error_rate" }
    let saver =
      errors.first { $0.strategy == best.strategy && $0.verdict == "worse" }.map { _ in baseline }
      ?? errors.first {
        best.strategy == baseline && $0.verdict == "better"
      }?.strategy
    guard let saver else { return nil }
    func rate(_ name: String) -> String {
      HumaneText.percent(results.first { $0.name == name }?.report.errorRate.value ?? 0)
    }
    return
      "But latencies are of requests that succeed, and it fails \(rate(best.strategy)) of them, "
      + "\(label(saver)) \(rate(saver))."
  }

  /// The first few names as words of a sentence.
  private func listed(_ names: [String]) -> String {
    let labels = names.map(label)
    guard labels.count > 3 else {
      return labels.dropLast().joined(separator: ", ")
        + (labels.count > 1 ? " and " : "") + (labels.last ?? "")
    }
    return labels.prefix(3).joined(separator: ", ") + " and \(labels.count - 3) more"
  }

  /// What the ranking is by, in words.
  var words: String { Self.words[rankedBy.name] ?? rankedBy.name }

  static let words = [
    "latency.mean": "mean latency", "latency.p50": "median latency",
    "latency.p90": "90th percentile of the latency",
    "latency.p95": "95th percentile of the latency",
    "latency.p99": "99th percentile of the latency", "error_rate": "error rate",
    "throughput": "throughput",
  ]

  private func text(_ value: Double) -> String { HumaneText.measured(value, rankedBy.unit) }
}
