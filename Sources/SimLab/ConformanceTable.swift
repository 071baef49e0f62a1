import Conformance
import Reporting

/// How the replayed recordings agree, a row for each.
struct ConformanceTable {
  private var table = TextTable(columns: [
    .init("Recording", alignment: .left), .init("Strategy", alignment: .left),
    .init("Compared by", alignment: .left), .init("Same"), .init("Different"),
  ])

  mutating func append(_ report: ConformanceReport) {
    table.append([
      report.id, report.strategy, report.comparison.rawValue, "\(report.matched)",
      "\(report.mismatched)",
    ])
  }

  var text: String { table.lines(width: 120).joined(separator: "\n") + "\n" }
}

extension ConformanceReport {
  /// What was decided step by step; of a report that is not shown whole, the steps that differ.
  func stepText(isWhole: Bool) -> String {
    var lines: [String] = []
    for (index, step) in steps.enumerated() where isWhole || step.verdict == .mismatched {
      var line = "\(id): step \(index + 1): \(JSONValue.object(step.input).line)"
      if !step.decided.isEmpty { line += " -> \(JSONValue.object(step.decided).line)" }
      if step.verdict == .mismatched && comparison != .distribution {
        line += ", recorded \(JSONValue.object(step.recorded).line)"
      }
      lines.append(line + "\n")
    }
    return lines.joined()
  }
}
