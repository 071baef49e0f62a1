import CommandLineParsing
import ExperimentDecoding
import Glibc
import Reporting

/// The option `--html`: a report as one file that opens in a browser without a network.
struct WebPageOption: ParsableArguments {
  @Option(help: ArgumentHelp("Also write a report for a browser.", valueName: "file"))
  var html: String?

  /// Writes the page where it was asked for, all of it or nothing.
  ///
  /// - Parameters:
  ///   - source: the file that was simulated, which the page shows.
  ///   - page: makes the page of the text of the file and the name of this program.
  func write(showing source: String, _ page: (String, String) -> WebPage) throws {
    guard let html else { return }
    let text = String(decoding: try contentsOrFailure(source), as: UTF8.self)
    let library = WebPage.installedChartLibrary
    if library == nil {
      StandardError.write(
        "\(html): the charts are left to their tables; install libjs-chart.js to have them"
          + " drawn.\n")
    }
    let page = page(text, "simlab \(SimulationLab.version)").html(chartLibrary: library)
    guard let reason = saveWhole(page, at: html) else { return }
    throw CommandFailure(
      "--html: \(html) cannot be written: \(String(cString: strerror(reason))).",
      exitCode: exitCode(ofUnwritable: reason))
  }
}
