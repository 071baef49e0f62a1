import ExperimentModel
import SimulationEngine

/// The way from one node to the next, in one direction.
enum Hop: BitwiseCopyable {
  /// No delay: what is sent is there.
  case none
  /// A constant delay: a lane for messages on an open connection, one for those that open it.
  case constant(passing: LaneIndex, opening: LaneIndex)
  /// A delay drawn for each message.
  case varying(Sampler)

  /// How many one-way delays pass until a message on a new connection is there: the handshake
  /// goes there and back before it.
  static var crossingsToOpen: Int64 { 3 }
}

/// What the network of a topology comes to: a hop for each client group and each backend, and the
/// delays of the lanes that they use.
struct Wiring {
  private(set) var clientHops: [Hop] = []
  private(set) var backendHops: [Hop] = []
  private(set) var laneDelays: [Nanoseconds] = []

  init(_ topology: Topology, shop: inout SamplerShop) {
    for group in topology.clients {
      clientHops.append(hop(topology.network.latency(of: .clients, group.name), &shop))
    }
    for backend in topology.backends {
      backendHops.append(hop(topology.network.latency(of: .backends, backend.name), &shop))
    }
  }

  /// The lane of a delay, shared by all that have the same one.
  mutating func lane(_ delay: Nanoseconds) -> LaneIndex {
    if let known = laneDelays.firstIndex(of: delay) { return LaneIndex(known) }
    laneDelays.append(delay)
    return LaneIndex(laneDelays.count - 1)
  }

  private mutating func hop(_ latency: Distribution?, _ shop: inout SamplerShop) -> Hop {
    guard let latency else { return .none }
    guard case .constant(let value) = latency else { return .varying(shop.sampler(of: latency)) }
    let delay = Nanoseconds(value.nanoseconds)
    if delay == .zero { return .none }
    return .constant(passing: lane(delay), opening: lane(delay * Hop.crossingsToOpen))
  }
}

extension Network {
  /// The delay between the balancer and a node: that of the more specific link, then of the later
  /// one; nil for no link.
  fileprivate func latency(of kind: Endpoint, _ name: String) -> Distribution? {
    func far(_ link: Link) -> Endpoint { link.from == .balancer ? link.to : link.from }
    let link =
      links.last { far($0) == .named(name) } ?? links.last { far($0) == kind }
    return link?.latency
  }
}
