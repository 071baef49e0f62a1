import CommandLineParsing
import DockerEngine
import ExperimentExecution
import ExperimentModel
import FaultInjection
import FoundationEssentials
import Reporting

/// The verb `chaos run`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run an experiment on live containers, and judge its hypothesis.",
    discussion: """
      The clients of the topology send real requests, the faults of the timeline are made at their \
      times and undone, and the figures decide: status 0 when the hypothesis holds, 1 when it is \
      refuted or the run was ended early by a condition under 'abort'. A backend is the container \
      of its name, or else of its Compose service. Ctrl-C undoes everything first.

          chaos run experiments/kill-back-02.yaml --url http://127.0.0.1:8080/
      """)

  @OptionGroup var options: LoadOptions

  @Option(
    help: ArgumentHelp("A folder for report.json and report.txt.", valueName: "folder"))
  var output: String?

  @Option(
    help: ArgumentHelp("Keep the packets of the balancer in this file.", valueName: "file"))
  var capture: String?

  @Flag(help: "Show what the faults would do, and change nothing.")
  var dryRun = false

  mutating func run() throws {
    let experiment = try options.experiment()
    let endpoint = try options.endpoint(of: experiment)
    let surroundings = try endingCommand { () throws(FaultError) in
      (try Surroundings.engine(), try Surroundings.ledger())
    }
    var errors = RunStream(label: experiment.name)
    let live = LiveRun(
      experiment, at: endpoint, engine: surroundings, capture: capture, notify: { errors.show($0) })
    if dryRun {
      let lines = try endingCommand { () throws(FaultError) in try live.dryRun() }
      return print((lines + ["nothing was changed"]).joined(separator: "\n"))
    }
    let folder = try output.map { try ReportFolder($0) }
    let outcome: LiveRun.Outcome
    do throws(LiveRunError) {
      outcome = try live.run()
    } catch {
      throw error.asCommandFailure
    }
    errors.finish()
    let report = outcome.report
    switch options.format {
    case .table: print(report.table(style: errors.style), terminator: "")
    case .json: print(report.json)
    }
    try folder?.keep(report)
    if let signal = outcome.interruption { throw ExitCode(128 + signal) }
    if let failure = outcome.failure { throw failure.asCommandFailure }
    if report.verdict != .holds { throw ExitCode.failure }
  }
}

/// The folder that keeps the report of a run.
private struct ReportFolder {
  let path: String

  /// Makes the folder before the run, so that nothing is broken for a report that cannot be kept.
  init(_ path: String) throws {
    self.path = path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure("The folder \(path) cannot be made.", exitCode: ExitCode(65))
    }
  }

  func keep(_ report: LiveReport) throws {
    for (name, text) in [("report.json", report.json + "\n"), ("report.txt", report.table())] {
      do {
        try Data(text.utf8).write(to: URL(filePath: path).appending(path: name))
      } catch {
        throw CommandFailure(
          "The report cannot be written to \(path)/\(name).", exitCode: .internalFailure)
      }
    }
  }
}
