import ExperimentModel
import Reporting
import Statistics

extension FaultFinding {
  /// What was asked of a fault and what was found, in one sentence without a full stop.
  public func sentence(about fault: Fault) -> String {
    let asked = fault.asked.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
    let found = measured.sorted { $0.key < $1.key }.map { name, figure in
      let interval = figure.interval.map {
        " (\(HumaneText.significant($0.lowerBound)) to \(HumaneText.significant($0.upperBound)))"
      }
      return "\(name) \(HumaneText.significant(figure.value))\(interval ?? "")"
    }
    let verdict = took.map { $0 ? "it took effect" : "it did not take effect" }
    let parts = [
      asked.isEmpty ? nil : "asked \(asked.joined(separator: ", "))",
      found.isEmpty ? nil : "measured \(found.joined(separator: ", "))",
      evidence.map { "in \($0)" }, verdict, remark,
    ]
    return parts.compactMap(\.self).joined(separator: "; ")
  }
}
