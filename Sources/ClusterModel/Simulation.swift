import ExperimentModel

/// One run of a topology in the simulator.
///
/// It depends on the topology alone, whose `run.seed` decides every draw: the same topology gives
/// the same result on any machine.
public struct Simulation: Sendable {
  private let topology: Topology
  private let recording: MetricSelection

  /// Makes a run of a topology, whose strategy must be one of the catalogue's.
  ///
  /// - Parameter recording: what is kept besides the figures that every run has.
  public init(_ topology: Topology, recording: MetricSelection = []) {
    self.topology = topology
    self.recording = recording
  }

  /// Runs it to its end.
  ///
  /// - Parameter progress: told now and then which part of the run is done, from 0 to 1.
  public func run(progress: (Double) -> Void = { _ in }) -> RunResult {
    if var foreseen = ForeseenRun(topology, recording: recording),
      let result = foreseen.run(progress: progress)
    {
      return result
    }
    return runEventByEvent(progress: progress)
  }

  /// Runs it to its end through the future event list, whatever could be foreseen.
  package func runEventByEvent(progress: (Double) -> Void = { _ in }) -> RunResult {
    var cluster = Cluster(topology, recording: recording)
    return cluster.run(progress: progress)
  }
}
