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
    /// The difference in the measure's unit, with an interval that holds for all statements of the
    /// comparison together; nil where one of both has no value, as the latency of no request.
    public var difference: Estimate?
    /// What it says about the alternative.
    public var verdict: Verdict
  }

  /// An alternative's place by one figure.
  public struct Rank: Sendable, Hashable {
    /// The alternative.
    public var alternative: String
    /// One more than the number of alternatives that are better beyond doubt.
    public var rank: Int
    /// Its figure; nil where it has none.
    public var value: Estimate?
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
  /// A verdict is given where the interval does not contain 0.
  public var differences: [Difference] {
    let others = alternatives.indices.filter { $0 != baseline }
    return others.flatMap { other in
      MeasureCatalog.compared.map { measure in
        let (difference, verdict) = judged(measure, other, baseline)
        return Difference(
          alternative: alternatives[other].name, measure: measure, difference: difference,
          verdict: verdict)
      }
    }
  }

  /// The alternatives from the best to the worst by one measure; of equals the first given, and at
  /// the end those that have no value of it.
  public func ranking(by measure: Measure) -> [Rank] {
    let count = alternatives.count
    var better = Array(repeating: Array(repeating: false, count: count), count: count)
    for one in 0..<count {
      for other in 0..<one {
        switch judged(measure, one, other).verdict {
        case .better: better[one][other] = true
        case .worse: better[other][one] = true
        case .notDistinguishable: break
        }
      }
    }
    let sign: Double = measure.preference == .higher ? -1 : 1
    let values = alternatives.map { alternative in
      let known = self.values(of: measure, alternative).compactMap(\.self)
      return known.isEmpty ? nil : Estimate(meanOf: known)
    }
    func key(_ place: Int) -> (Double, Int) {
      (values[place].map { sign * $0.value } ?? .infinity, place)
    }
    let order = (0..<count).sorted { key($0) < key($1) }
    return order.map { place in
      let peers = order.filter { $0 != place && !better[$0][place] && !better[place][$0] }
      return Rank(
        alternative: alternatives[place].name,
        rank: 1 + better.indices.filter { better[$0][place] }.count,
        value: values[place], peers: peers.map { alternatives[$0].name })
    }
  }

  /// The confidence of each interval, so that all are right at once in 95 of 100 comparisons.
  ///
  /// By Bonferroni; they are the differences from the baseline and, by the measure of the ranking,
  /// those of all other pairs. One confidence for both, so that the ranking and the verdicts never
  /// disagree.
  private var confidence: Double {
    let others = alternatives.count - 1
    let statements = others * MeasureCatalog.compared.count + others * (others - 1) / 2
    return 1 - (1 - Estimate.standardConfidence) / Double(max(1, statements))
  }

  private func values(of measure: Measure, _ alternative: Alternative) -> [Double?] {
    alternative.result.replications.map { $0.value(of: measure) }
  }

  /// The difference of two alternatives over the replications in which both have a value, and what
  /// it says about the first.
  ///
  /// One that has none in several is worse than one that has.
  private func judged(
    _ measure: Measure, _ one: Int, _ other: Int
  ) -> (difference: Estimate?, verdict: Verdict) {
    let first = values(of: measure, alternatives[one])
    let second = values(of: measure, alternatives[other])
    let pairs = zip(first, second).compactMap { one, other in
      one.flatMap { one in other.map { one - $0 } }
    }
    guard pairs.isEmpty else {
      let difference = Estimate(meanOf: pairs, confidence: confidence)
      return (difference, verdict(difference, measure.preference))
    }
    switch (first.compactMap(\.self).count, second.compactMap(\.self).count) {
    case (0, 2...): return (nil, .worse)
    case (2..., 0): return (nil, .better)
    default: return (nil, .notDistinguishable)
    }
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
