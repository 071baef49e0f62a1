import ClusterModel
import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
import Experimentation
import Forecasting
import Reporting
import Statistics

/// `simlab compare`: alternatives that meet the same requests.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare strategies, or any other alternatives, under the same requests.",
    discussion: """
      Each alternative is simulated as often as the file or --replications says, 20 times if \
      neither does. The n-th replications of all of them meet the same requests, and their \
      differences are compared in pairs.

          simlab compare topologies/three-weighted.yaml --strategies random,least-connections
          simlab compare topologies/one-goes-away.yaml --vary balancer.passive.max_fails=1,3
      """)

  @Argument(help: "The topology or experiment, a YAML file.")
  var file: String

  @Option(
    help: ArgumentHelp(
      "Names with commas between them, or all; those of the file if left out.",
      valueName: "names"))
  var strategies: String?

  @Option(
    help: ArgumentHelp(
      "Values that a place of the file takes in turn, each an alternative.",
      valueName: "path=value,value"))
  var vary: [Variation] = []

  @Option(
    help: ArgumentHelp(
      "What the others are compared with; the first if left out, of all strategies the file's.",
      valueName: "name")
  )
  var baseline: String?

  @Option(help: ArgumentHelp("The figure of the ranking, such as latency.p99.", valueName: "name"))
  var by: String = "latency.mean"

  @OptionGroup var options: ExperimentOptions

  @Option(help: ArgumentHelp("How the result is shown.", valueName: "format"))
  var format: ComparisonFormat = .table

  @OptionGroup var page: WebPageOption

  mutating func run() throws {
    let candidates = try candidates()
    let place = try place(ofBaselineIn: candidates)
    guard let measure = MeasureCatalog.compared.first(where: { $0.name == by || $0.key == by })
    else {
      let names = MeasureCatalog.compared.map(\.name).joined(separator: ", ")
      throw ValidationError("--by must be one of \(names), not '\(by)'.")
    }
    let jobs = options.concurrency
    let name = candidates[0].topology.name
    let recording: MetricSelection = page.html == nil ? [] : .seconds
    let results = options.showingProgress(name) { progress in
      candidates.enumerated().map { index, candidate in
        let start = ContinuousClock.now
        let result = Replicator(candidate.topology, jobs: jobs, recording: recording).run {
          progress.update((Double(index) + $0) / Double(candidates.count))
        }
        return (result: result, took: ContinuousClock.now - start)
      }
    }
    let comparison = Comparison(
      zip(candidates, results).map { .init(name: $0.name, result: $1.result) }, baseline: place)
    let reports = zip(candidates, results).map { candidate, run in
      (
        name: candidate.name,
        report: RunReport(run.result, of: candidate.topology, took: run.took)
      )
    }
    let report = ComparisonReport(
      comparison, name: name, reports: reports,
      labels: Dictionary(uniqueKeysWithValues: candidates.map { ($0.name, $0.label) }),
      rankedBy: measure)
    try page.write(showing: file) { source, program in
      report.webPage(
        question: candidates[0].question, latencies: results.map(\.result.total.latency),
        source: source, program: program)
    }
    try StandardOutput.write(format == .json ? report.json + "\n" : table(of: report))
  }

  private func table(of report: ComparisonReport) -> String {
    report.table(style: StandardOutput.style, width: StandardOutput.width)
  }

  /// What is compared: every value of every variation with every strategy.
  private func candidates() throws -> [Candidate] {
    let decoder = TopologyDecoder(strategies: StrategyCatalog.cards)
    let choices = vary.reduce([[]]) { known, variation in
      known.flatMap { settings in variation.settings.map { settings + [$0] } }
    }
    let titles = Variation.titles(of: vary.map(\.path))
    var candidates: [Candidate] = []
    for settings in choices {
      let experiment = try options.experiment(
        inFile: file, knownTo: decoder, settings: settings)
      let varied = settings.map { "\($0.path)=\($0.value)" }
      let short = settings.map { "\(titles[$0.path] ?? $0.path)=\($0.value)" }
      for topology in try topologies(experiment, decoder) {
        let strategy = topology.balancer.strategy.label
        let isNamed = vary.isEmpty || self.strategies != nil
        func called(_ settings: [String]) -> String {
          ((isNamed ? [strategy] : []) + settings).joined(separator: " ")
        }
        let name = called(varied)
        let twins = candidates.filter { $0.kind == name }.count
        let number = twins == 0 ? "" : " (\(twins + 1))"
        candidates.append(
          Candidate(
            name: name + number, kind: name, label: called(short) + number,
            isOfFile: topology.balancer.strategy == experiment.topology.balancer.strategy,
            question: experiment.question, topology: topology))
      }
    }
    guard candidates.count > 1 else {
      throw ValidationError(
        "There is one alternative only; name more with --strategies or --vary, or in the file "
          + "after `compare`.")
    }
    return candidates
  }

  /// The topology of an experiment with each of the strategies to compare.
  private func topologies(
    _ experiment: Experiment, _ decoder: TopologyDecoder
  ) throws -> [Topology] {
    var topology = experiment.topology
    topology.run.precision = nil
    topology.run.replications = topology.run.replications ?? 20
    if let strategies, strategies != "all" {
      return try separated(strategies).map { name in
        var alternative = topology
        try alternative.use(strategy: name, knownTo: decoder)
        return alternative
      }
    }
    let all = StrategyCatalog.cards.map { StrategyChoice($0.name) }
    let chosen = strategies == "all" ? all : vary.isEmpty ? experiment.compare : []
    return (chosen.isEmpty ? [topology.balancer.strategy] : chosen).map { choice in
      var alternative = topology
      alternative.balancer.strategy = choice
      return alternative
    }
  }

  /// The place of the baseline: the first, and among all strategies that of the file.
  private func place(ofBaselineIn candidates: [Candidate]) throws -> Int {
    guard let baseline else {
      return strategies == "all" ? candidates.firstIndex { $0.isOfFile } ?? 0 : 0
    }
    let names = candidates.map(\.name)
    let matches = names.indices.filter {
      names[$0] == baseline || names[$0].hasSuffix(".\(baseline)")
        || names[$0].hasSuffix("=\(baseline)")
    }
    guard let match = matches.first(where: { names[$0] == baseline }) ?? matches.first else {
      throw ValidationError(
        "--baseline must name an alternative, \(listed(names, "or")), not '\(baseline)'.")
    }
    return match
  }
}

/// How a comparison is shown.
enum ComparisonFormat: String, CaseIterable, ExpressibleByArgument {
  case table, json
}

/// One of the alternatives before it is simulated.
private struct Candidate {
  let name, kind, label: String
  let isOfFile: Bool
  let question: String?
  let topology: Topology
}

extension StrategyChoice {
  /// The name with the options that were given, as a person tells it from others.
  fileprivate var label: String {
    guard !options.isEmpty else { return name }
    let given = options.keys.sorted().map { key in
      switch options[key] {
      case .number(let number)?: "\(key)=\(HumaneText.plain(number))"
      case .word(let word)?: "\(key)=\(word)"
      case nil: key
      }
    }
    return "\(name) \(given.joined(separator: " "))"
  }
}
