import ExperimentModel
import SimulationEngine

/// One happening of a fault of a timeline: when, and to which backends, as the seed has drawn them.
///
/// Both worlds take them from here, so that an experiment hits the same targets in both.
public struct FaultOccurrence: Sendable, Hashable {
  /// When it begins, counted from the start of the run.
  public let at: Duration
  /// What is done.
  public let fault: Fault
  /// The names of the backends, in the order of the file.
  public let targets: [String]
  /// How long it lasts; nil is until something else ends it.
  public let duration: Duration?

  /// The occurrences of a topology's faults, in the order of their beginnings.
  public static func all(of topology: Topology) -> [FaultOccurrence] {
    var stream = RandomStream(seed: topology.run.seed, purpose: "targets")
    let names = topology.backends.map(\.name)
    var occurrences: [FaultOccurrence] = []
    for scheduled in topology.faults {
      for number in 0..<scheduled.times {
        let places = scheduled.targets.places(among: names, &stream)
        occurrences.append(
          FaultOccurrence(
            at: scheduled.at + (scheduled.every ?? .zero) * number, fault: scheduled.fault,
            targets: places.map { names[$0] }, duration: scheduled.duration))
      }
    }
    return occurrences.sorted { $0.at < $1.at }
  }
}
