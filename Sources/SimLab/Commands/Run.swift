import ClusterModel
import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
import Experimentation
import Forecasting
import Reporting

/// `simlab run`: the simulation of a topology or an experiment.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulate a topology or an experiment and report on its requests.",
    discussion: """
      The same file, seed and version give the same digest on every machine. An option counts \
      for more than the file. The status is 1 when a hypothesis of the file is refuted.

          simlab run topologies/three-weighted.yaml --strategy least-connections
      """)

  @Argument(help: "The topology or experiment, a YAML file.")
  var file: String

  @OptionGroup var options: ExperimentOptions

  @Option(help: ArgumentHelp("The strategy; see 'simlab strategies'.", valueName: "name"))
  var strategy: String?

  @Option(help: ArgumentHelp("How the result is shown.", valueName: "format"))
  var format: OutputFormat = .table

  @Option(
    help: ArgumentHelp(
      "How many of the slowest requests after the warm-up are told of hop by hop.",
      valueName: "n"))
  var trace: Int?

  @OptionGroup var folder: OutputFolderOption
  @OptionGroup var page: WebPageOption

  /// How many requests a page shows hop by hop where nobody says.
  private static let tracesOfPage = 10

  mutating func validate() throws {
    if let trace, !(1...1_000).contains(trace) {
      throw ValidationError("--trace must lie between 1 and 1,000.")
    }
  }

  mutating func run() throws {
    let decoder = TopologyDecoder(strategies: StrategyCatalog.cards)
    let experiment = try options.experiment(inFile: file, knownTo: decoder)
    var topology = experiment.topology
    if let strategy { try topology.use(strategy: strategy, knownTo: decoder) }
    if let refusal = Simulation.refusal(of: topology) {
      StandardError.write("\(file): \(refusal)\n")
      throw ExitCode.badInput
    }

    let start = ContinuousClock.now
    let replicator = Replicator(
      topology, jobs: options.concurrency, recording: recording(of: topology),
      tracing: trace ?? (page.html == nil ? 0 : Self.tracesOfPage))
    let result = options.showingProgress(topology.name) { replicator.run(progress: $0.update) }
    var report = RunReport(result, of: topology, took: .now - start)
    report.judge(experiment.hypothesis)
    try page.write(showing: file) { source, program in
      report.webPage(
        question: experiment.question, latency: result.total.latency, source: source,
        program: program)
    }
    if trace == nil { report.traces = [] }
    try folder.write(report)
    try StandardOutput.write(format.text(of: report))
    if report.isRefuted { throw ExitCode.failure }
  }

  /// What is kept besides figures: all where it is asked for, and for a table what costs nothing.
  private func recording(of topology: Topology) -> MetricSelection {
    if folder.output != nil || page.html != nil { return .seconds }
    return format == .table ? .cheap(in: topology) : []
  }
}
