import ExperimentModel
import Statistics

/// Alternatives that met the same workloads: what tells them apart, and what does not.
///
/// The n-th replication of every alternative has the same seed, and each purpose of chance has a
/// stream of its own, so that all meet the same requests (common random numbers). What is compared
/// is the difference of each replication with the baseline's of the same number, whose interval is
/// narrow where both answer alike to a hard or an easy workload.
public struct Comparison: Sendable {
  /// One of the alternatives.
  public struct Alternative: Sendable {
    /// What it is called in the comparison.
    public var name: String
    /// What its replications came to.
    public var result: ReplicatedResult

    /// Makes an alternative.
    public init(name: String, result: ReplicatedResult) {
      self.name = name
      self.result = result
    }
  }

  /// What an alternative does to a figure, against the baseline.
  public enum Verdict: String, Sendable, Hashable {
    case better, worse
    case notDistinguishable = "not distinguishable"
  }

  /// A figure of an alternative minus that of the baseline.
  public struct Difference: Sendable, Hashable {
    /// The alternative.
    public var alternative: String
    /// The figure.
    public var measure: Measure
    /// The difference in the measure's unit, with an interval that holds for all differences of the
    /// comparison together.
    public var difference: Estimate
    /// What it says about the alternative.
    public var verdict: Verdict
  }

  /// An alternative's place by one figure.
  public struct Rank: Sendable, Hashable {
    /// The alternative.
    public var alternative: String
    /// One more than the number of alternatives that are better beyond doubt.
    public var rank: Int
    /// Its figure.
    public var value: Estimate
    /// The alternatives that cannot be told from it.
    public var peers: [String]
  }

  /// The alternatives, in the order in which they were given.
  public let alternatives: [Alternative]
  /// The place of the baseline among them.
  public let baseline: Int

  /// Compares alternatives that have equally many replications, of which none is empty.
  public init(_ alternatives: [Alternative], baseline: Int) {
    precondition(alternatives.indices.contains(baseline), "the baseline is an alternative")
    let counts = Set(alternatives.map(\.result.replications.count))
    precondition(counts.count == 1, "replications are compared in pairs")
    self.alternatives = alternatives
    self.baseline = baseline
  }

  /// The differences of every other alternative from the baseline, in the order of the alternatives
  /// and, for each, of the measures.
  ///
  /// Of all intervals together 95 % are right at once, by Bonferroni: each has the confidence 1 −
  /// 0.05 / m for m differences. A verdict is given where the interval does not contain 0.
  public var differences: [Difference] {
    let others = alternatives.indices.filter { $0 != baseline }
    let measures = MeasureCatalog.compared
    let confidence = corrected(for: others.count * measures.count)
    return others.flatMap { other in
      measures.map { measure in
        let estimate = difference(of: measure, other, baseline, confidence)
        return Difference(
          alternative: alternatives[other].name, measure: measure, difference: estimate,
          verdict: verdict(estimate, measure.preference))
      }
    }
  }

  /// The alternatives from the best to the worst by one measure; of equals the first given.
  ///
  /// Every pair is compared, at a confidence that holds for all pairs together.
  public func ranking(by measure: Measure) -> [Rank] {
    let count = alternatives.count
    let confidence = corrected(for: count * (count - 1) / 2)
    var better = Array(repeating: Array(repeating: false, count: count), count: count)
    for one in 0..<count {
      for other in 0..<one {
        switch verdict(difference(of: measure, one, other, confidence), measure.preference) {
        case .better: better[one][other] = true
        case .worse: better[other][one] = true
        case .notDistinguishable: break
        }
      }
    }
    let sign: Double = measure.preference == .higher ? -1 : 1
    let values = alternatives.map { Estimate(meanOf: self.values(of: measure, $0)) }
    let order = (0..<count).sorted { (sign * values[$0].value, $0) < (sign * values[$1].value, $1) }
    return order.map { place in
      let peers = order.filter {
        $0 != place && !better[$0][place] && !better[place][$0]
      }
      return Rank(
        alternative: alternatives[place].name,
        rank: 1 + better.indices.filter { better[$0][place] }.count,
        value: values[place], peers: peers.map { alternatives[$0].name })
    }
  }

  private func corrected(for comparisons: Int) -> Double {
    1 - (1 - Estimate.standardConfidence) / Double(max(1, comparisons))
  }

  private func values(of measure: Measure, _ alternative: Alternative) -> [Double] {
    alternative.result.replications.map { replication in
      guard let value = replication.value(of: measure) else {
        preconditionFailure("a replication knows every measure that is compared")
      }
      return value
    }
  }

  private func difference(
    of measure: Measure, _ one: Int, _ other: Int, _ confidence: Double
  ) -> Estimate {
    let pairs = zip(
      values(of: measure, alternatives[one]), values(of: measure, alternatives[other]))
    return Estimate(meanOf: pairs.map { $0 - $1 }, confidence: confidence)
  }

  private func verdict(_ difference: Estimate, _ preference: Measure.Preference) -> Verdict {
    guard let interval = difference.interval, preference != .neither else {
      return .notDistinguishable
    }
    if interval.lowerBound > 0 { return preference == .higher ? .better : .worse }
    if interval.upperBound < 0 { return preference == .lower ? .better : .worse }
    return .notDistinguishable
  }
}
