import ExperimentModel

/// One run of a topology in the simulator.
///
/// It depends on the topology alone, whose `run.seed` decides every draw: the same topology gives
/// the same result on any machine.
public struct Simulation: Sendable {
  private let topology: Topology
  private let strategy: StrategyEntry

  /// Makes a run of a topology, whose strategy must be one of the catalogue's.
  public init(_ topology: Topology) {
    guard let strategy = StrategyCatalog[topology.balancer.strategy.name] else {
      preconditionFailure("the catalogue has no strategy \(topology.balancer.strategy.name)")
    }
    self.topology = topology
    self.strategy = strategy
  }

  /// Runs it to its end.
  ///
  /// - Parameter progress: told now and then which part of the run is done, from 0 to 1.
  public func run(progress: (Double) -> Void = { _ in }) -> RunResult {
    strategy.simulate(topology, progress)
  }
}
