import ExperimentModel
import SimulationEngine

/// The way from one node to the next, in one direction, as the event queue sees it.
enum Hop: BitwiseCopyable {
  /// What is sent is there: no delay, or one that the clock of the other end accounts for.
  case none
  /// A constant delay: a lane for messages on an open connection, one for those that open it.
  case constant(passing: LaneIndex, opening: LaneIndex)
  /// A delay drawn for each message from the sampler at a place in `Wiring.latencies`.
  case varying(Int32)

  /// How many one-way delays pass until a message on a new connection is there: the handshake
  /// goes there and back before it.
  static var crossingsToOpen: Int64 { 3 }
}

/// The way between the balancer and a client group or a backend, there and back.
///
/// A constant delay that nothing looks at needs no event. The balancer's clock is the queue's; a
/// node behind a constant delay is simulated on a clock of its own: what the balancer sends to a
/// backend at t arrives on the backend's clock, at t + ahead, in the same step, and what it hears
/// from a client at t was sent on the client's clock, at t − behind. Nothing that happens at one
/// end can reach the other sooner than the delay, so nobody can tell the difference.
struct Path: BitwiseCopyable {
  /// To the balancer from a client, to the backend from the balancer.
  var there = Hop.none
  /// The way of the answer.
  var back = Hop.none
  /// How far the clock of a backend is ahead of the balancer's.
  var ahead = Nanoseconds.zero
  /// How long before the balancer hears of a request its client has sent it.
  var behind = Nanoseconds.zero
  /// How long after the balancer has sent an answer its client has it.
  var after = Nanoseconds.zero
  /// From an answer's leaving the balancer to the same client's next request; nil for no time.
  var turnaround: LaneIndex?
}

/// What the network of a topology comes to: a path for each client group and each backend, and
/// what the queue needs for them.
struct Wiring: ~Copyable {
  private(set) var clientPaths: [Path] = []
  private(set) var backendPaths: [Path] = []
  private(set) var laneDelays: [Nanoseconds] = []
  private(set) var latencies: [Sampler] = []

  init(_ topology: Topology, rules: [BalancerRules], shop: inout SamplerShop) {
    // Where some requests open a connection and others do not, each goes over the hops itself.
    let clientsConnect = rules.contains(where: \.clientsConnect)
    let opens = Set(rules.map(\.balancerConnects))
    let varies = opens.count > 1 || rules.contains { $0.idleConnections > 0 || $0.program == .ipvs }
    for group in topology.clients {
      let latency = topology.network.latency(of: .clients, group.name)
      clientPaths.append(
        clientPath(latency, of: group, opens: clientsConnect, &shop))
    }
    for backend in topology.backends {
      let latency = topology.network.latency(of: .backends, backend.name)
      backendPaths.append(
        backendPath(latency, opens: varies ? nil : opens.contains(true), &shop))
    }
  }

  /// The lane of a delay, shared by all that have the same one.
  mutating func lane(_ delay: Nanoseconds) -> LaneIndex {
    if let known = laneDelays.firstIndex(of: delay) { return LaneIndex(known) }
    laneDelays.append(delay)
    return LaneIndex(laneDelays.count - 1)
  }

  private mutating func clientPath(
    _ latency: Distribution?, of group: ClientGroup, opens: Bool, _ shop: inout SamplerShop
  ) -> Path {
    guard let latency else { return Path() }
    let passing = constantDelay(latency)
    guard let passing, !(opens && group.keepalive) else {
      let hop = hop(latency, &shop)
      return Path(there: hop, back: hop)
    }
    let behind = opens ? passing * Hop.crossingsToOpen : passing
    let turnaround = group.workload.isOpen ? nil : lane(passing + behind)
    return Path(behind: behind, after: passing, turnaround: turnaround)
  }

  /// - Parameter opens: whether requests open a connection to the backend; nil where some do.
  private mutating func backendPath(
    _ latency: Distribution?, opens: Bool?, _ shop: inout SamplerShop
  ) -> Path {
    guard let latency else { return Path() }
    guard let opens, let passing = constantDelay(latency) else {
      let hop = hop(latency, &shop)
      return Path(there: hop, back: hop)
    }
    let ahead = opens ? passing * Hop.crossingsToOpen : passing
    let back = lane(ahead + passing)
    return Path(back: .constant(passing: back, opening: back), ahead: ahead)
  }

  private mutating func hop(_ latency: Distribution, _ shop: inout SamplerShop) -> Hop {
    if let delay = constantDelay(latency) {
      return .constant(passing: lane(delay), opening: lane(delay * Hop.crossingsToOpen))
    }
    latencies.append(shop.sampler(of: latency))
    return .varying(Int32(latencies.count - 1))
  }

  private func constantDelay(_ latency: Distribution) -> Nanoseconds? {
    if case .constant(let value) = latency { Nanoseconds(value.nanoseconds) } else { nil }
  }
}

extension Network {
  /// The delay between the balancer and a node: that of the more specific link, then of the later
  /// one; nil for no link, which is the same as no delay.
  fileprivate func latency(of kind: Endpoint, _ name: String) -> Distribution? {
    func far(_ link: Link) -> Endpoint { link.from == .balancer ? link.to : link.from }
    let link = links.last { far($0) == .named(name) } ?? links.last { far($0) == kind }
    return link?.latency == .constant(.zero) ? nil : link?.latency
  }
}
