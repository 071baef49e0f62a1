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
    for scheduled in topology.faults {
      let names = topology.targetNames(of: scheduled)
      var known: [Int: Int] = [:]
      for occurrence in 0..<scheduled.times {
        let delay = (scheduled.every?.nanoseconds ?? 0) * Int64(occurrence)
        let start = Instant(nanoseconds: scheduled.at.nanoseconds + delay)
        for place in scheduled.targets.places(among: names, &stream) {
          for effect in scheduled.fault.effects {
            let disturbance = known[place] ?? disturbances.count
            if known[place] == nil, let new = Disturbance(effect, at: names[place]) {
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

extension Topology {
  /// The names of those that a fault may aim at: backends, or for what happens to packets any node
  /// that is named; a pattern is for backends.
  func targetNames(of scheduled: ScheduledFault) -> [String] {
    let backends = backends.map(\.name)
    switch scheduled.targets {
    case .pattern: return backends
    case .label: return scheduled.targets.isEveryBackend ? backends : []
    case .names, .any: break
    }
    let namedBalancers = balancers.map(\.name).filter { $0 != "balancer" }
    return scheduled.fault.disturbsPackets
      ? clients.map(\.name) + ["balancer"] + namedBalancers + backends : backends
  }
}

extension Fault {
  /// Whether it disturbs packets on their way and no node.
  fileprivate var disturbsPackets: Bool {
    switch self {
    case .impair, .degrade, .partition: true
    case .kill, .stop, .pause, .fail, .limitCPU, .burnCPU, .limitMemory, .fillMemory: false
    }
  }
}

extension TargetSelection {
  /// The places of the targets among all backends, in their order.
  func places(among names: [String], _ stream: inout RandomStream) -> [Int] {
    switch self {
    case .names(let wanted):
      return names.indices.filter { wanted.contains(names[$0]) }
    case .pattern(let pattern):
      return names.indices.filter { pattern.matches(names[$0]) }
    case .any(let count, let candidates):
      var places = names.indices.filter { candidates.contains(names[$0]) }
      // The first steps of the shuffle of Fisher and Yates draw without repetition.
      for drawn in 0..<min(count, places.count) {
        places.swapAt(drawn, drawn + Int(stream.below(UInt64(places.count - drawn))))
      }
      return places.prefix(count).sorted()
    case .label:
      return Array(names.indices)
    }
  }
}
