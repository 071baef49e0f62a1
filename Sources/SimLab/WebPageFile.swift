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
  /// - Parameter source: the file that was simulated, which the page shows.
  func write(showing source: String, _ page: (String) -> WebPage) throws {
    guard let html else { return }
    let text = try contentsOrFailure(source)
    let library = WebPage.installedChartLibrary
    if library == nil {
      StandardError.write(
        "\(html): the charts are left to their tables; install libjs-chart.js to have them"
          + " drawn.\n")
    }
    let page = page(text).html(chartLibrary: library)
    let draft = "\(html).\(getpid()).part"
    guard let reason = save(page, at: draft) ?? moved(draft, to: html) else { return }
    unlink(draft)
    throw CommandFailure(
      "--html: \(html) cannot be written: \(String(cString: strerror(reason))).",
      exitCode: reason == EACCES || reason == EPERM || reason == EROFS
        ? ExitCode(77) : ExitCode.badInput)
  }

  private func contentsOrFailure(_ path: String) throws -> String {
    do throws(FileFault) {
      return String(decoding: try contents(ofFile: path, limit: 64 << 20), as: UTF8.self)
    } catch {
      throw CommandFailure("\(path): \(error.message).", exitCode: .badInput)
    }
  }

  private func save(_ text: String, at path: String) -> Int32? {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    return writeAll(text, to: descriptor)
  }

  private func moved(_ draft: String, to path: String) -> Int32? {
    rename(draft, path) == 0 ? nil : errno
  }
}
