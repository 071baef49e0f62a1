import ClusterModel
import CommandLineParsing
import DockerEngine
import ExperimentExecution
import ExperimentModel
import FaultInjection
import FoundationEssentials
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
    help: ArgumentHelp("A folder for report.json and report.txt.", valueName: "folder"))
  var output: String?

  @Option(
    help: ArgumentHelp("Keep the packets of a container in this file.", valueName: "file"))
  var capture: String?

  @Option(
    help: ArgumentHelp(
      "Which container's; otherwise the balancer's, or that of the first fault.", valueName: "name")
  )
  var captureAt: String?

  @Flag(help: "Show what the faults would do, and change nothing.")
  var dryRun = false

  mutating func run() throws {
    let experiment = try options.experiment()
    let endpoint = try options.endpoint(of: experiment)
    let surroundings = try endingCommand { () throws(FaultError) in
      (try Surroundings.engine(), try Surroundings.ledger())
    }
    var errors = RunStream(label: experiment.name)
    let live = LiveRun(experiment, at: endpoint, engine: surroundings) { errors.show($0) }
    if dryRun {
      let lines = try endingCommand { () throws(FaultError) in try live.dryRun() }
      return print((lines + ["nothing was changed"]).joined(separator: "\n"))
    }
    let folder = try output.map { try ReportFolder($0) }
    let packets = try capture.map {
      try RunCapture(to: $0, at: captureAt, of: experiment.topology, engine: surroundings.0)
    }
    let outcome: LiveRun.Outcome
    do throws(LiveRunError) {
      outcome = try live.run()
    } catch {
      _ = try? packets?.end()
      throw error.asCommandFailure
    }
    errors.finish()
    var report = outcome.report
    var captureFailure: CommandFailure?
    do throws(CommandFailure) {
      report.capture = try packets?.end()
    } catch {
      captureFailure = error
    }
    switch options.format {
    case .table: print(report.table(style: errors.style), terminator: "")
    case .json: print(report.json)
    }
    try folder?.keep(report)
    if let signal = outcome.interruption { throw ExitCode(128 + signal) }
    if let failure = outcome.failure { throw failure.asCommandFailure }
    if let captureFailure { throw captureFailure }
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

/// The packets of one container while an experiment runs.
private struct RunCapture {
  private let capture: Capture
  private let path: String

  /// Begins to capture.
  ///
  /// - Parameter name: the container to look at; nil for the balancer's, or that of a fault.
  init(
    to path: String, at name: String?, of topology: Topology, engine: Engine
  ) throws(CommandFailure) {
    let container = try endingCommand { () throws(FaultError) in
      let container = try Self.place(name, in: topology, of: engine)
      try container.requireVisibleNetwork()
      return container
    }
    self.path = path
    do throws(CaptureError) {
      capture = try Capture.start(at: .inside(process: container.state.pid), to: path)
    } catch {
      throw error.asCommandFailure
    }
  }

  /// Ends the capture, and says what is in it.
  func end() throws(CommandFailure) -> LiveReport.Capture {
    do throws(CaptureError) {
      let summary = try capture.stop()
      for note in summary.notes { ErrorStream.say(note) }
      return LiveReport.Capture(
        file: path, captured: summary.captured, dropped: summary.dropped)
    } catch {
      throw error.asCommandFailure
    }
  }

  /// The container that was named; or else the balancer, which everything passes; or else the first
  /// target of a fault.
  private static func place(
    _ name: String?, in topology: Topology, of engine: Engine
  ) throws(FaultError) -> Container {
    if let name { return try engine.container(meantBy: name) }
    if let balancer = try? engine.container(meantBy: "balancer") { return balancer }
    let faults = FaultOccurrence.all(of: topology) { _, _ in [] }
    let target = faults.lazy.compactMap(\.targets.first).first
    return try engine.container(meantBy: target ?? topology.backends[0].name)
  }
}
