import ExperimentModel
import Experimentation
import Forecasting
import Reporting
import Statistics

extension ComparisonReport {
  /// The report on a comparison.
  init(
    _ comparison: Comparison, name: String, reports: [(name: String, report: RunReport)],
    labels: [String: String], rankedBy measure: Measure
  ) {
    self.init(
      name: name,
      baseline: comparison.alternatives[comparison.baseline].name,
      results: reports,
      differences: comparison.differences.map {
        Difference(
          strategy: $0.alternative, measure: $0.measure,
          difference: $0.difference.map { Figure($0) },
          verdict: $0.verdict.rawValue)
      },
      rankedBy: measure,
      ranking: comparison.ranking(by: measure).map {
        Rank(
          strategy: $0.alternative, rank: $0.rank, value: $0.value.map { Figure($0) },
          peers: $0.peers)
      })
    self.labels = labels
  }
}
