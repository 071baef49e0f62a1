import ClusterModel
import CommandLineParsing
import Conformance
import Reporting

/// `simlab conform`: the simulated balancers against recordings of real ones.
struct Conform: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Replay what real balancers were recorded to do, and compare decision for decision.")

  @Argument(help: "The recordings, JSON files.")
  var recordings: [String]

  @Option(
    help: ArgumentHelp(
      "A table, or JSON: a line for each recording, its steps with their outcomes filled in.",
      valueName: "format"))
  var format: Format = .table

  /// How the comparison is shown.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, json
  }

  mutating func run() throws {
    let reader = RecordingReader(strategies: StrategyCatalog.cards)
    var read: [Recording] = []
    for file in recordings {
      do throws(RecordingRefusal) {
        if let recording = try reader.recording(inFile: file) {
          read.append(recording)
        } else {
          StandardError.write("\(file): no decisions of a balancer are recorded here; left out.\n")
        }
      } catch {
        throw CommandFailure(error.description, exitCode: .badInput)
      }
    }
    var agree = true
    var summary = ConformanceTable()
    for recording in read {
      let report = recording.judged()
      agree = agree && report.mismatched == 0
      switch format {
      case .json: try StandardOutput.write(report.json + "\n")
      case .table:
        try StandardOutput.write(report.stepText(isWhole: read.count == 1))
        summary.append(report)
      }
    }
    if format == .table && !read.isEmpty { try StandardOutput.write(summary.text) }
    if !agree { throw ExitCode.failure }
  }
}
