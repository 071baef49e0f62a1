import CommandLineParsing
import Reporting

/// How a result is shown.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case table, json, csv

  /// The report in this format, ending in a newline.
  func text(of report: RunReport) -> String {
    switch self {
    case .table: report.table(style: StandardOutput.style)
    case .json: report.json + "\n"
    case .csv: report.csv
    }
  }
}
