import ExperimentModel
import SimulationEngine

/// The faults of a topology as the simulator takes them: each beginning and each end of an effect
/// at one backend, or to the packets of one node, with its time.
struct EffectTimeline {
  /// One effect that begins or ends.
  struct Change {
    let time: Instant
    /// The backend; none for what happens to packets.
    let backend: BackendIndex
    /// The place of what happens to packets.
    let disturbance: Int
    let effect: Effect
    let begins: Bool
    /// Whether a beginning has an end in the timeline, so that no restart policy is asked.
    let isBounded: Bool
    /// The place of its beginning in the timeline, which tells effects of the same kind apart.
    let beginning: Int
  }

  /// The changes in the order of the file, occurrence by occurrence.
  let changes: [Change]
  /// What happens to packets.
  private(set) var disturbances: [Disturbance] = []

  init(_ topology: Topology) {
    var changes: [Change] = []
    var stream = RandomStream(seed: topology.run.seed, purpose: "targets")
    let targets = FaultTargets(topology)
    for scheduled in topology.faults {
      let effects = scheduled.fault.effects.map { (effect: $0, others: Set($0.others)) }
      var known: [Int: Int] = [:]
      for occurrence in 0..<scheduled.times {
        let delay = (scheduled.every?.nanoseconds ?? 0) * Int64(occurrence)
        let start = Instant(nanoseconds: scheduled.at.nanoseconds + delay)
        for (place, name) in targets.drawn(for: scheduled, &stream) {
          for (effect, others) in effects {
            let disturbance = known[place] ?? disturbances.count
            if known[place] == nil, let new = Disturbance(effect, at: name, others: others) {
              known[place] = disturbance
              disturbances.append(new)
            }
            let beginning = changes.count
            func change(at time: Instant, begins: Bool) -> Change {
              Change(
                time: time,
                backend: scheduled.fault.disturbsPackets ? .none : BackendIndex(place),
                disturbance: disturbance, effect: effect, begins: begins,
                isBounded: scheduled.duration != nil, beginning: beginning)
            }
            changes.append(change(at: start, begins: true))
            if let duration = scheduled.duration {
              changes.append(
                change(at: start + Nanoseconds(duration.nanoseconds), begins: false))
            }
          }
        }
      }
    }
    self.changes = changes
  }
}
