import ClusterModel
import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
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

  @Option(
    help: ArgumentHelp(
      "A value in place of the file's, as often as needed.", valueName: "path=value")
  )
  var set: [SettingOption] = []

  @Option(help: ArgumentHelp("The seed of all random streams.", valueName: "n"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("How many requests all clients send together.", valueName: "n"))
  var requests: Int?

  @Option(
    help: ArgumentHelp("When the run ends, in simulated time, such as 90s.", valueName: "time"),
    transform: { try Duration(text: $0) })
  var duration: Duration?

  @Option(help: ArgumentHelp("The strategy; see 'simlab strategies'.", valueName: "name"))
  var strategy: String?

  @Option(help: ArgumentHelp("How the result is shown.", valueName: "format"))
  var format: OutputFormat = .table

  @Flag(help: "Draw no progress line on the terminal.")
  var noProgress = false

  mutating func validate() throws {
    if let requests, !Limits.requests.contains(requests) {
      let largest = HumaneText.count(Limits.requests.upperBound)
      throw ValidationError("--requests must lie between 1 and \(largest).")
    }
    if let duration, duration <= .zero {
      throw ValidationError("--duration must be longer than 0.")
    }
  }

  mutating func run() throws {
    let decoder = TopologyDecoder(strategies: StrategyCatalog.cards)
    let experiment = try decoder.experiment(inFile: file, set)
    var topology = experiment.topology
    if let seed { topology.run.seed = seed }
    if let requests { try topology.share(requests: requests) }
    if let duration { try topology.end(after: duration) }
    if let strategy { try topology.use(strategy: strategy, knownTo: decoder) }
    if let refusal = Simulation.refusal(of: topology) {
      StandardError.write("\(file): \(refusal)\n")
      throw ExitCode.badInput
    }

    var progress = ProgressLine(label: topology.name, draw: StandardError.write)
    let isShown = !noProgress && StandardError.isTerminal
    let start = ContinuousClock.now
    let result = Simulation(topology).run { if isShown { progress.update($0) } }
    progress.finish()
    var report = RunReport(result, of: topology, took: .now - start)
    report.judge(experiment.hypothesis)
    try StandardOutput.write(format.text(of: report))
    if report.isRefuted { throw ExitCode.failure }
  }
}
