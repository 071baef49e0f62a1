import CommandLineParsing
import DockerEngine
import ExperimentExecution
import ExperimentModel
import FaultInjection
import Forecasting
import FoundationEssentials
import Glibc
import PacketCapture
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
    help: ArgumentHelp(
      "A folder for report.json, report.txt and report.html.", valueName: "folder"))
  var output: String?

  @Flag(help: "Simulate the file too, and say whether the live run is as predicted.")
  var predict = false

  @Option(
    help: ArgumentHelp("Keep the packets of the balancer in this file.", valueName: "file"))
  var capture: String?

  @Flag(help: "Show what the faults would do, and change nothing.")
  var dryRun = false

  mutating func run() throws {
    let experiment = try options.experiment()
    let endpoint = try options.endpoint(of: experiment)
    let predicted = predict && !dryRun ? try prediction(of: experiment.topology) : nil
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
    var report = outcome.report
    report.predicted = predicted
    switch options.format {
    case .table: print(report.table(style: errors.style), terminator: "")
    case .json: print(report.json)
    }
    try folder?.keep(report, of: options.file)
    if let signal = outcome.interruption { throw ExitCode(128 + signal) }
    if let failure = outcome.failure { throw failure.asCommandFailure }
    if report.verdict != .holds { throw ExitCode.failure }
  }

  /// What the simulator says, before anything happens.
  private func prediction(of topology: Topology) throws -> RunReport {
    let forecast = Forecast(of: topology, jobs: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    if let obstacle = forecast.obstacle {
      throw CommandFailure(
        "\(options.file): \(obstacle); leave '--predict' out.", exitCode: ExitCode(65))
    }
    return forecast.report()
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

  func keep(_ report: LiveReport, of file: String) throws {
    let source = (try? String(contentsOf: URL(filePath: file), encoding: .utf8)) ?? ""
    let packets = report.capture.flatMap { try? FlowReport(reading: $0.file) }
    let page = report.webPage(source: source, more: packets.map { [$0.webSection] } ?? [])
    let texts = [
      ("report.json", report.json + "\n"), ("report.txt", report.table()),
      ("report.html", page.html(chartLibrary: WebPage.installedChartLibrary)),
    ]
    for (name, text) in texts {
      do {
        try Data(text.utf8).write(to: URL(filePath: path).appending(path: name))
      } catch {
        throw CommandFailure(
          "The report cannot be written to \(path)/\(name).", exitCode: .internalFailure)
      }
    }
  }
}
