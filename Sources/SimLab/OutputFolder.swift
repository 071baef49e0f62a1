import CommandLineParsing
import Glibc
import Reporting

/// The option `--output`: a folder with everything that there is to say about a run.
struct OutputFolderOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Also write the run as JSON, and its seconds and traces as CSV, into this folder.",
      valueName: "folder"))
  var output: String?

  /// Writes the files where they were asked for; the folder is made if it is not there.
  func write(_ report: RunReport) throws {
    guard let output else { return }
    if mkdir(output, 0o755) != 0 && errno != EEXIST { throw failure(output, errno) }
    var files = [("run.json", report.json + "\n")]
    if let series = report.series {
      files += [("clients.csv", series.clientCSV), ("backends.csv", series.backendCSV)]
    }
    if !report.traces.isEmpty { files.append(("traces.csv", TraceReport.csv(report.traces))) }
    for (name, text) in files {
      let path = "\(output)/\(name)"
      if let reason = saveWhole(text, at: path) { throw failure(path, reason) }
    }
  }

  private func failure(_ path: String, _ reason: Int32) -> CommandFailure {
    CommandFailure(
      "--output: \(path) cannot be written: \(String(cString: strerror(reason))).",
      exitCode: exitCode(ofUnwritable: reason))
  }
}
