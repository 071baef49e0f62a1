import CommandLineParsing
import ExperimentExecution
import ExperimentModel
import FaultInjection
import Reporting

/// The verb `chaos load`.
struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Send the requests of a topology's clients to a live balancer.",
    discussion: """
      Open groups send at the instants that simlab draws for the same seed, and latencies count \
      from them; closed groups send when their answers come. Faults of the file are left out: \
      'chaos run' makes them.

          chaos load topologies/three-weighted.yaml --url http://127.0.0.1:8080/
      """)

  @OptionGroup var options: LoadOptions

  mutating func run() throws {
    var experiment = try options.experiment()
    experiment.topology.faults = []
    let endpoint = try options.endpoint(of: experiment)
    var errors = RunStream(label: experiment.name)
    let outcome: LiveRun.Outcome
    do throws(LiveRunError) {
      outcome = try LiveRun(experiment, at: endpoint) { errors.show($0) }.run()
    } catch {
      throw error.asCommandFailure
    }
    errors.finish()
    switch options.format {
    case .table: print(outcome.report.load.table(style: errors.style), terminator: "")
    case .json: print(outcome.report.load.json)
    }
    if let signal = outcome.interruption { throw ExitCode(128 + signal) }
  }
}
