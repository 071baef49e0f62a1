import ExperimentModel

/// Why a topology that is sound cannot be simulated: it asks for something that only live
/// containers have, or that the simulated world lacks.
public struct SimulationRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// The reason, and what to do, in one sentence.
  public let description: String
}

extension Simulation {
  /// Why a topology cannot be simulated; nil when it can.
  public static func refusal(of topology: Topology) -> SimulationRefusal? {
    for (index, scheduled) in topology.faults.enumerated() {
      guard let reason = refusal(of: scheduled, in: topology) else { continue }
      return SimulationRefusal(
        description: "fault \(index + 1), at \(scheduled.at.inSeconds)s, \(reason)")
    }
    return nil
  }

  private static func refusal(
    of scheduled: ScheduledFault, in topology: Topology
  ) -> String? {
    switch scheduled.targets {
    case .label where !scheduled.targets.isEveryBackend:
      return "aims at a label that only live containers have; "
        + "write role=backend, or name its targets"
    case .pattern(let pattern) where !topology.backends.contains { pattern.matches($0.name) }:
      return "aims at \(pattern), which is like no backend's name; change the pattern"
    case .names, .pattern, .any, .label: break
    }
    switch scheduled.fault {
    case .kill, .stop, .pause, .fail, .limitCPU, .burnCPU, .limitMemory, .fillMemory, .impair,
      .degrade, .partition:
      return nil
    }
  }
}
