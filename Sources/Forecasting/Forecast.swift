import ClusterModel
import ExperimentModel
import Experimentation
import Reporting

/// What the simulator says a live run will come to, made from the same file.
public struct Forecast: Sendable {
  /// The replications that show how much one run differs from another, unless the file says so.
  private static let replications = 20

  private let topology: Topology
  private let jobs: Int

  /// Prepares a forecast; nothing is simulated yet.
  ///
  /// - Parameter jobs: how many runs are simulated at the same time; positive.
  public init(of topology: Topology, jobs: Int) {
    self.topology = topology
    self.jobs = jobs
  }

  /// Why this topology cannot be simulated, in a sentence; nil when it can.
  public var obstacle: String? { Simulation.refusal(of: topology).map { "\($0)" } }

  /// Simulates the topology, and reports on it as `simlab run` does.
  public func report() -> RunReport {
    let start = ContinuousClock.now
    let replicator = Replicator(
      topology, jobs: jobs, standard: Self.replications, recording: .seconds)
    let result = replicator.run()
    return RunReport(result, of: topology, took: .now - start)
  }
}
