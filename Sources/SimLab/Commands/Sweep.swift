import ClusterModel
import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
import Experimentation
import Forecasting
import Reporting
import Statistics

/// `simlab sweep`: a grid of settings, and the capacity at each of its points.
struct Sweep: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulate a grid of settings, or find the load up to which something holds.",
    discussion: """
      All points meet the same requests where the settings allow it. A search makes 10 \
      replications at each value unless the file or --replications says otherwise.

          simlab sweep FILE --vary clients.users.open.rate=100/s..500/s:100/s
          simlab sweep FILE --vary backends.one.workers=1..64:x2
          simlab sweep FILE --vary balancer.strategy=random,round-robin \\
            --find clients.users.open.rate=100/s..900/s --until 'latency.p99 < 200ms'

      With --journal, the same command goes on where it was interrupted, and comes to the same.
      """)

  @Argument(help: "The topology or experiment, a YAML file.")
  var file: String

  @Option(
    help: ArgumentHelp(
      "Values that a place of the file takes; several make a grid.",
      valueName: "path=from..to:step"))
  var vary: [Variation] = []

  @Option(
    help: ArgumentHelp(
      "The place of the file and the range in which the capacity is sought.",
      valueName: "path=from..to"))
  var find: SoughtRange?

  @Option(
    help: ArgumentHelp("What has to hold, such as 'latency.p99 < 200ms'.", valueName: "condition"))
  var until: String?

  @OptionGroup var options: ExperimentOptions

  @Option(help: ArgumentHelp("How the result is shown.", valueName: "format"))
  var format: ComparisonFormat = .table

  @OptionGroup var page: WebPageOption

  @Option(
    help: ArgumentHelp(
      "Keep every point in this file as it is measured, and go on from those there.",
      valueName: "file"))
  var journal: String?

  mutating func validate() throws {
    if vary.isEmpty && find == nil {
      throw ValidationError("Give --vary, --find with --until, or both.")
    }
    if (find == nil) != (until == nil) {
      throw ValidationError("--find and --until belong together; give both or neither.")
    }
    let points = vary.reduce(1) { $0.multipliedReportingOverflow(by: $1.values.count).0 }
    guard (1...ValueRange.most).contains(points) else {
      throw ValidationError("A grid has at most \(HumaneText.count(ValueRange.most)) points.")
    }
  }

  mutating func run() throws {
    let decoder = TopologyDecoder(strategies: StrategyCatalog.cards)
    let grid = vary.reduce([[]]) { known, variation in
      known.flatMap { settings in variation.settings.map { settings + [$0] } }
    }
    // Every point is read before the first is simulated, so that a mistake costs no time.
    let experiments = try grid.map { settings in
      try options.experiment(inFile: file, knownTo: decoder, settings: settings)
    }
    let bound = try until.map { try expectation($0, experiments[0], decoder) }
    let journal = try openJournal(for: experiments, seeking: bound?.figure)
    let name = experiments[0].name
    let points = try options.showingProgress(name) { progress in
      let underWay = SweepUnderWay(
        jobs: options.concurrency, journal: journal, progress: progress)
      return try grid.indices.map { place in
        let part = Double(place) / Double(grid.count)..<Double(place + 1) / Double(grid.count)
        return try point(at: grid[place], experiments[place], bound, decoder, underWay, part)
      }
    }
    let report = SweepReport(name: name, points: points)
    let question = experiments[0].question
    try page.write(showing: file) { source, program in
      report.webPage(question: question, source: source, program: program)
    }
    try StandardOutput.write(
      format == .json ? report.json + "\n" : report.table(style: StandardOutput.style))
  }

  /// The report at a point of the grid, or the capacity there.
  private func point(
    at settings: [Setting], _ experiment: Experiment, _ bound: Expectation?,
    _ decoder: TopologyDecoder, _ underWay: SweepUnderWay, _ part: Range<Double>
  ) throws -> SweepReport.Point {
    var point = SweepReport.Point(set: [], result: nil)
    if let find, let bound {
      point = try capacity(at: settings, find, bound, decoder, underWay, part)
    } else {
      point.result = try underWay.measurement(
        of: experiment, at: settings, standard: 1, seeking: nil, part: part
      ).result
    }
    point.set = settings.map { SweepReport.Coordinate(path: $0.path, value: $0.value) }
    return point
  }

  private func expectation(
    _ text: String, _ experiment: Experiment, _ decoder: TopologyDecoder
  ) throws -> Expectation {
    do throws(Diagnostics) {
      return try decoder.decodeExpectation(
        text, backends: experiment.topology.backends.map(\.name), source: "--until \(text)")
    } catch {
      StandardError.write("\(error)\n")
      throw ExitCode.validationFailure
    }
  }

  /// The capacity at a point of the grid, with the report there.
  private func capacity(
    at settings: [Setting], _ find: SoughtRange, _ bound: Expectation,
    _ decoder: TopologyDecoder, _ underWay: SweepUnderWay, _ part: Range<Double>
  ) throws -> SweepReport.Point {
    var measured: [Double: SweepReport.Measurement] = [:]
    let search = CapacitySearch(bound, among: find.range.numbers)
    let step = (part.upperBound - part.lowerBound) / Double(search.most)
    let finding = try search.run { value in
      let text = find.range.text(value)
      let setting = Setting(
        path: find.path, value: text, source: "--find \(find.path)=\(text)")
      let experiment = try options.experiment(
        inFile: file, knownTo: decoder, settings: settings + [setting])
      let start = part.lowerBound + Double(measured.count) * step
      let measurement = try underWay.measurement(
        of: experiment, at: settings + [setting], standard: 10, seeking: bound.figure,
        part: start..<start + step)
      measured[value] = measurement
      let backends = experiment.topology.backends.map(\.name)
      guard bound.figure.backend.map(backends.contains) ?? true else {
        throw ValidationError("--until names a backend that not every point of the grid has.")
      }
      return measurement.sought.map { Estimate($0.value, interval: $0.interval) }
    }
    var capacity = SweepReport.Capacity(
      path: find.path, until: bound.expression, unit: find.range.unit, found: nil,
      finding: "holds nowhere")
    switch finding {
    case .holdsEverywhere: capacity.finding = "holds everywhere"
    case .holdsNowhere: break
    case .capacity(let estimate):
      let atStart = measured[search.values[0]]?.sought.map { bound.holds(for: $0.value) } ?? false
      capacity.found = Figure(estimate)
      capacity.holds = atStart ? "up to" : "from"
      capacity.finding = "found"
      let result = measured[estimate.value]?.result
      return SweepReport.Point(set: [], capacity: capacity, result: result)
    }
    return SweepReport.Point(set: [], capacity: capacity, result: nil)
  }
}
