import Reporting
import Statistics

/// What was found out about one fault on one target: figures, how sure they are, and whether it
/// took effect.
public struct FaultFinding: Sendable, Hashable {
  /// The figures, in the names of what was asked where they are the same quantity.
  public var measured: [String: Estimate] = [:]
  /// Whether it took effect; nil when that cannot be told.
  public var took: Bool?
  /// What the figures are read from, in a few words.
  public var evidence: String?
  /// What else there is to say, such as why it cannot be told.
  public var remark: String?

  /// Makes a finding.
  init(
    _ measured: [String: Estimate] = [:], took: Bool?, evidence: String? = nil,
    remark: String? = nil
  ) {
    self.measured = measured
    self.took = took
    self.evidence = evidence
    self.remark = remark
  }

  /// The finding that too little passed to tell anything.
  static func tooLittle(_ what: String) -> FaultFinding {
    FaultFinding(took: nil, remark: "not enough traffic to tell: \(what)")
  }

  /// The fewest hits that a share has to make one expect before it says anything.
  private static let fewestExpected = 5.0

  /// Judges a share of packets against the one that was asked.
  ///
  /// It took effect unless the whole interval lies below half of what was asked.
  ///
  /// - Parameters:
  ///   - asked: nil where a model was asked whose share nobody gave.
  ///   - evidence: what the trials are, such as `packets`.
  static func share(
    _ hits: Int, among trials: Int, asked: Double?, evidence: String
  ) -> FaultFinding {
    let hits = min(max(0, hits), trials)
    let expected = Double(trials) * (asked ?? 0.05)
    guard trials > 0, expected >= fewestExpected || hits > 0 else {
      return .tooLittle("\(HumaneText.count(trials)) \(evidence)")
    }
    let share = Estimate(shareOf: hits, among: trials)
    guard let interval = share.interval else { preconditionFailure("a share has an interval") }
    var finding = FaultFinding(
      ["rate": share], took: hits > 0 && interval.upperBound >= (asked ?? 0) / 2,
      evidence: "\(HumaneText.count(trials)) \(evidence)")
    guard let asked else { return finding }
    if expected < fewestExpected { finding.took = hits > 0 ? true : nil }
    // A tenth of what was asked is left to what else happens to packets.
    if interval.lowerBound > asked * 1.1 { finding.remark = "more was seen than was asked" }
    if interval.upperBound < asked * 0.9 { finding.remark = "less was seen than was asked" }
    return finding
  }
}

extension FaultFinding {
  /// The finding about several targets: the mean of their figures, and what was found of the worst.
  static func together(_ findings: [(target: String, finding: FaultFinding)]) -> FaultFinding {
    guard findings.count > 1 else { return findings.first?.finding ?? FaultFinding(took: nil) }
    let all = findings.map(\.finding)
    let names = Set(all.flatMap(\.measured.keys))
    let means = names.map { name in
      let values = all.compactMap { $0.measured[name]?.value }
      return (name, Estimate(values.reduce(0, +) / Double(values.count)))
    }
    func targets(_ took: Bool?) -> String {
      findings.filter { $0.finding.took == took }.map(\.target).joined(separator: ", ")
    }
    let failed = all.contains { $0.took == false }
    let isUnknown = all.contains { $0.took == nil }
    return FaultFinding(
      Dictionary(uniqueKeysWithValues: means), took: failed ? false : isUnknown ? nil : true,
      evidence: all.compactMap(\.evidence).first,
      remark: failed
        ? "not at \(targets(false))"
        : isUnknown
          ? "it cannot be told of \(targets(nil))" : all.compactMap(\.remark).first)
  }
}
