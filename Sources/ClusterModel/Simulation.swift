import ExperimentModel

/// One run of a topology in the simulator.
///
/// It depends on the topology alone, whose `run.seed` decides every draw: the same topology gives
/// the same result on any machine.
public struct Simulation: Sendable {
  private let topology: Topology
  private let recording: MetricSelection
  private let traces: Int

  /// Makes a run of a topology, whose strategy must be one of the catalogue's.
  ///
  /// - Parameters:
  ///   - recording: what is kept besides the figures that every run has.
  ///   - traces: how many of the slowest requests are traced.
  public init(_ topology: Topology, recording: MetricSelection = [], tracing traces: Int = 0) {
    self.topology = topology
    self.recording = recording
    self.traces = traces
  }

  /// Runs it to its end.
  ///
  /// What only events can tell takes a second run where the first needed none: both are the same.
  ///
  /// - Parameter progress: told now and then which part of the run is done, from 0 to 1.
  public func run(progress: (Double) -> Void = { _ in }) -> RunResult {
    guard var foreseen = ForeseenRun(topology, recording: recording.subtracting(.ofEvents)),
      var result = foreseen.run(progress: progress)
    else { return runEventByEvent(progress: progress) }
    if traces > 0 || !recording.isDisjoint(with: .ofEvents) {
      let told = runEventByEvent()
      (result.series, result.traces) = (told.series, told.traces)
    }
    return result
  }

  /// Runs it to its end through the future event list, whatever could be foreseen.
  package func runEventByEvent(progress: (Double) -> Void = { _ in }) -> RunResult {
    var cluster = Cluster(topology, recording: recording, tracing: traces)
    return cluster.run(progress: progress)
  }
}

extension MetricSelection {
  /// What only a run event by event can tell.
  fileprivate static let ofEvents: MetricSelection = .seconds

  /// What can be told of a run of a topology at next to no cost.
  public static func cheap(in topology: Topology) -> MetricSelection {
    topology.isForeseeable ? [] : .seconds
  }
}
