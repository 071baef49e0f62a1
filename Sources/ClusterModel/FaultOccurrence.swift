import ExperimentModel
import SimulationEngine

/// One happening of a fault of a timeline: when, and to which targets, as the seed has drawn them.
///
/// The live world takes them from here, so that an experiment hits the targets that the simulator
/// hits.
public struct FaultOccurrence: Sendable, Hashable {
  /// When it begins, counted from the start of the run.
  public let at: Duration
  /// What is done.
  public let fault: Fault
  /// The names of the targets.
  public let targets: [String]
  /// How long it lasts; nil is until something else ends it.
  public let duration: Duration?

  /// The occurrences of a topology's faults, in the order of their beginnings.
  ///
  /// - Parameter labelled: the names of the containers with a label, which only an engine knows.
  public static func all(
    of topology: Topology, labelled: (_ key: String, _ value: String?) -> [String]
  ) -> [FaultOccurrence] {
    var stream = RandomStream(seed: topology.run.seed, purpose: "targets")
    var occurrences: [FaultOccurrence] = []
    let known = FaultTargets(topology)
    for scheduled in topology.faults {
      for number in 0..<scheduled.times {
        let targets: [String] =
          switch scheduled.targets {
          case .names(let wanted): wanted
          case .label(let key, let value): labelled(key, value)
          case .pattern, .any: known.drawn(for: scheduled, &stream).map(\.name)
          }
        occurrences.append(
          FaultOccurrence(
            at: scheduled.at + (scheduled.every ?? .zero) * number, fault: scheduled.fault,
            targets: targets, duration: scheduled.duration))
      }
    }
    return occurrences.sorted { $0.at < $1.at }
  }
}
