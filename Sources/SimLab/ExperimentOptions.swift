import ClusterModel
import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
import Glibc
import Reporting

/// A change of one value in the file, from an option: `balancer.strategy=random`.
struct SettingOption: ExpressibleByArgument {
  let path, value: String

  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
    path = String(argument[..<sign])
    value = String(argument[argument.index(after: sign)...])
  }

  static var expectation: String { "path=value, such as balancer.strategy=random" }

  /// The setting, which complaints name by its option.
  var setting: Setting { Setting(path: path, value: value, source: "--set \(path)=\(value)") }
}

extension TopologyDecoder {
  /// The experiment in a file, or the topology there as one, after these settings.
  ///
  /// What is wrong goes to standard error before the command ends: with the status of bad input,
  /// or with that of wrong usage when the settings alone are wrong.
  fileprivate func experiment(
    inFile file: String, _ settings: [Setting], isEndGiven: Bool
  ) throws -> Experiment {
    do throws(Diagnostics) {
      return try decodeExperiment(
        contentsOf: file, settings: settings, isEndGiven: isEndGiven)
    } catch {
      StandardError.write("\(error)\n")
      throw error.all.allSatisfy(\.isOfOption)
        ? ExitCode.validationFailure : ExitCode.badInput
    }
  }
}

/// What every command that simulates an experiment takes.
struct ExperimentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A value in place of the file's, as often as needed.", valueName: "path=value"))
  var set: [SettingOption] = []

  @Option(help: ArgumentHelp("The seed of all random streams.", valueName: "n"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("How many requests all clients send together.", valueName: "n"))
  var requests: Int?

  @Option(
    help: ArgumentHelp("When the run ends, in simulated time, such as 90s.", valueName: "time"),
    transform: { try Duration(text: $0) })
  var duration: Duration?

  @Option(help: ArgumentHelp("How many independent runs are made.", valueName: "n"))
  var replications: Int?

  @Option(help: ArgumentHelp("How many of them at a time; all cores if left out.", valueName: "n"))
  var jobs: Int?

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
    if let replications, !Limits.replications.contains(replications) {
      let most = HumaneText.count(Limits.replications.upperBound)
      throw ValidationError("--replications must lie between 1 and \(most).")
    }
    if let jobs, !(1...1_024).contains(jobs) {
      throw ValidationError("--jobs must lie between 1 and 1,024.")
    }
  }

  /// The experiment in a file as these options change it; more settings come before them.
  func experiment(
    inFile file: String, knownTo decoder: TopologyDecoder, settings: [Setting] = []
  ) throws -> Experiment {
    var experiment = try decoder.experiment(
      inFile: file, settings + set.map(\.setting),
      isEndGiven: duration != nil || requests != nil)
    if let seed { experiment.topology.run.seed = seed }
    if let requests { try experiment.topology.share(requests: requests) }
    if let duration { try experiment.topology.end(after: duration) }
    if let replications { experiment.topology.run.replications = replications }
    return experiment
  }

  /// Those of the options that decide a result, in words; how it is made and shown does not.
  var decisive: [String] {
    let numbers = [
      seed.map { "seed \($0)" }, requests.map { "requests \($0)" },
      duration.map { "duration \($0)" }, replications.map { "replications \($0)" },
    ]
    return set.map { "\($0.path)=\($0.value)" } + numbers.compactMap(\.self)
  }

  /// How many simulations run at the same time.
  var concurrency: Int { jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Does something that takes time behind a progress line.
  func showingProgress<Result>(
    _ label: String, _ work: (SharedProgress) throws -> Result
  ) rethrows -> Result {
    let line = ProgressLine(label: label, draw: StandardError.write)
    let progress = SharedProgress(line, isShown: !noProgress && StandardError.isTerminal)
    defer { progress.finish() }
    return try work(progress)
  }
}
