import ExperimentModel

/// A fault of the network at one target: what it does to which of the wires.
struct Disturbance {
  let impairment: Impairment
  fileprivate let target: String
  /// Those at the other ends of the wires that it takes hold of; nil for all.
  private let others: Set<String>?
  /// Whether it takes hold of what its target sends, and of what that receives.
  private let takesSent, takesReceived: Bool

  /// Makes one; nil for an effect that leaves the network as it is.
  init?(_ effect: Effect, at target: String, others: Set<String>) {
    switch effect {
    case .impair(let impairment, let filter):
      self.impairment = Impairment(impairment)
      self.others = others.isEmpty ? nil : others
      takesSent = filter.direction != .ingress
      takesReceived = filter.direction != .egress
    case .cut(_, let isOneWay):
      impairment = .cut
      self.others = others
      takesSent = true
      takesReceived = !isOneWay
    case .kill, .stop, .pause, .fail, .limitCPU, .burnCPU, .limitMemory, .fillMemory: return nil
    }
    self.target = target
  }

  /// Whether it takes hold of what one node sends to another.
  ///
  /// Each is given by its names: one of several balancers has its own and that of all.
  func affects(from sender: [String], to receiver: [String]) -> Bool {
    func isOther(_ names: [String]) -> Bool {
      others.map { names.contains(where: $0.contains) } ?? true
    }
    return (takesSent && sender.contains(target) && isOther(receiver))
      || (takesReceived && receiver.contains(target) && isOther(sender))
  }

  /// Whether it takes hold of the ways between a node and some balancers, but not of all of them
  /// alike.
  func distinguishes(_ balancers: [String], seenFrom node: String) -> Bool {
    let holds = Set(
      balancers.map { balancer in
        let names = ["balancer", balancer]
        return [affects(from: names, to: [node]), affects(from: [node], to: names)]
      })
    return holds.count > 1
  }
}

extension Effect {
  /// The names of those at the other ends of the wires that an effect is limited to.
  var others: [String] {
    switch self {
    case .impair(_, let filter): filter.peers
    case .cut(let others, _): others
    case .kill, .stop, .pause, .fail, .limitCPU, .burnCPU, .limitMemory, .fillMemory: []
    }
  }
}

/// The disturbances of a network by their targets: what takes hold of a wire is at one of its
/// ends.
struct DisturbanceTable {
  private let all: [Disturbance]
  private let placesByTarget: [String: [Int]]

  init(_ disturbances: [Disturbance]) {
    all = disturbances
    placesByTarget = Dictionary(grouping: all.indices) { disturbances[$0].target }
  }

  /// The places of the disturbances that take hold of what one node sends to another, ascending.
  func places(from sender: [String], to receiver: [String]) -> [Int] {
    places(at: sender + receiver).filter { all[$0].affects(from: sender, to: receiver) }
  }

  /// Whether any takes hold of the ways between a node and some balancers, but not of all alike.
  func distinguish(_ balancers: [String], seenFrom node: String) -> Bool {
    balancers.count > 1
      && places(at: ["balancer", node] + balancers).contains {
        all[$0].distinguishes(balancers, seenFrom: node)
      }
  }

  private func places(at names: [String]) -> [Int] {
    if all.isEmpty { return [] }
    return Set(names).flatMap { placesByTarget[$0] ?? [] }.sorted()
  }
}
