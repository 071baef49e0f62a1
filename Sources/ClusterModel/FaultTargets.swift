import ExperimentModel
import SimulationEngine

/// The names that the faults of a topology may aim at, and the places that these have.
struct FaultTargets {
  /// What happens to a backend has its place among the backends.
  private let backends: Names
  /// What happens to packets may do so at any node that is named.
  private let nodes: Names

  private struct Names {
    let all: [String]
    let places: [String: [Int]]

    init(_ all: [String]) {
      self.all = all
      places = Dictionary(grouping: all.indices) { all[$0] }
    }

    /// The places of these names, ascending.
    func places(of names: [String]) -> [Int] {
      Set(names).flatMap { places[$0] ?? [] }.sorted()
    }
  }

  init(_ topology: Topology) {
    let backends = topology.backends.map(\.name)
    let namedBalancers = topology.balancers.map(\.name).filter { $0 != "balancer" }
    self.backends = Names(backends)
    nodes = Names(topology.clients.map(\.name) + ["balancer"] + namedBalancers + backends)
  }

  /// The targets of one occurrence of a fault in the order of their places, drawn where they are to
  /// be; a pattern is for backends.
  ///
  /// - Complexity: O(targets), and O(backends) for a pattern or a label.
  func drawn(
    for scheduled: ScheduledFault, _ stream: inout RandomStream
  ) -> [(place: Int, name: String)] {
    let names: Names
    let places: [Int]
    switch scheduled.targets {
    case .pattern(let pattern):
      names = backends
      places = names.all.indices.filter { pattern.matches(names.all[$0]) }
    case .label:
      names = backends
      places = scheduled.targets.isEveryBackend ? Array(names.all.indices) : []
    case .names(let wanted):
      names = scheduled.fault.disturbsPackets ? nodes : backends
      places = names.places(of: wanted)
    case .any(let count, let candidates):
      names = scheduled.fault.disturbsPackets ? nodes : backends
      var lots = names.places(of: candidates)
      // The first steps of the shuffle of Fisher and Yates draw without repetition.
      for drawn in 0..<min(count, lots.count) {
        lots.swapAt(drawn, drawn + Int(stream.below(UInt64(lots.count - drawn))))
      }
      places = lots.prefix(count).sorted()
    }
    return places.map { ($0, names.all[$0]) }
  }
}

extension Fault {
  /// Whether it disturbs packets on their way and no node.
  var disturbsPackets: Bool {
    switch self {
    case .impair, .degrade, .partition: true
    case .kill, .stop, .pause, .fail, .limitCPU, .burnCPU, .limitMemory, .fillMemory: false
    }
  }
}
