import ClusterModel
import CommandLineParsing
import ExperimentDecoding
import ExperimentExecution
import ExperimentModel
import LoadGeneration
import PacketCapture
import Reporting

/// What the verbs that send requests take.
struct LoadOptions: ParsableArguments {
  /// How a report is printed.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, json
  }

  @Argument(help: "The topology or experiment, a YAML file.")
  var file: String

  @Option(
    help: ArgumentHelp(
      "Where to send requests; the file's balancer.url otherwise.", valueName: "url"))
  var url: String?

  @Option(help: ArgumentHelp("The seed of all random streams.", valueName: "n"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp("When the run ends, such as 90s.", valueName: "time"),
    transform: { try Duration(text: $0) })
  var duration: Duration?

  @Flag(help: "Send to any address, and not only to this machine and 198.18.0.0/15.")
  var allowRemote = false

  @Option(help: "How the report is printed.")
  var format = Format.table

  mutating func validate() throws {
    if let duration, duration <= .zero {
      throw ValidationError("The value of '--duration' must be longer than 0.")
    }
  }

  /// The experiment of the file with what the options say.
  func experiment() throws -> Experiment {
    var experiment: Experiment
    do throws(Diagnostics) {
      let decoder = TopologyDecoder(strategies: StrategyCatalog.cards)
      experiment = try decoder.decodeExperiment(contentsOf: file)
    } catch {
      ErrorStream.say("\(error)")
      throw ExitCode(65)
    }
    if let seed { experiment.topology.run.seed = seed }
    if let duration {
      guard duration > experiment.topology.run.warmup else {
        throw ValidationError("The value of '--duration' must be longer than the warm-up.")
      }
      experiment.topology.run.duration = duration
    }
    return experiment
  }

  /// Where the requests go.
  func endpoint(of experiment: Experiment) throws -> LiveEndpoint {
    guard let url = url ?? experiment.topology.balancer.url else {
      throw ValidationError(
        "Say where the live balancer answers: '--url http://127.0.0.1:8080/', or balancer.url"
          + " in the file.")
    }
    do throws(LoadError) {
      let endpoint = try LiveEndpoint(url: url)
      if !allowRemote { try endpoint.refuseRemote() }
      return endpoint
    } catch {
      throw error.asCommandFailure
    }
  }
}

extension LoadError {
  /// The error as the end of a command: its sentence and its exit status.
  var asCommandFailure: CommandFailure {
    let status: ExitCode =
      switch kind {
      case .notUsable: ExitCode(65)
      case .notPermitted: ExitCode(77)
      case .failed: .internalFailure
      }
    return CommandFailure(description + ".", exitCode: status)
  }
}

extension LiveRunError {
  /// The error as the end of a command: its sentence and its exit status.
  var asCommandFailure: CommandFailure {
    switch self {
    case .fault(let error): error.asCommandFailure
    case .load(let error): error.asCommandFailure
    case .capture(let error): error.asCommandFailure
    }
  }
}
