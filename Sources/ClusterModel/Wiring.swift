import ExperimentModel
import SimulationEngine

/// What the network of a topology comes to: a path for each client group and each backend, and
/// what the queue needs for them.
///
/// A path that loses nothing, has room for everything and is left alone by every fault costs as
/// few events as its latency allows. Any other is made of wires from the start of the run.
struct Wiring: ~Copyable {
  private(set) var clientPaths: [Path] = []
  private(set) var backendPaths: [Path] = []
  private(set) var laneDelays: [Nanoseconds] = []
  private(set) var latencies: [Sampler] = []
  /// The ways of each balancer to and from the nodes for which they differ.
  private(set) var ways: [Hop] = []
  private(set) var wires: [Wires.Wire] = []
  /// The places of the disturbances of each wire, one wire after the other.
  private(set) var attached: [Int32] = []
  private let disturbances: DisturbanceTable
  private var lanesByDelay: [Nanoseconds: LaneIndex] = [:]

  init(
    _ topology: Topology, rules: [BalancerRules], disturbances: [Disturbance] = [],
    shop: inout SamplerShop
  ) {
    self.disturbances = DisturbanceTable(disturbances)
    // Where some requests open a connection and others do not, each goes over the hops itself.
    let clientsConnect = rules.contains(where: \.clientsConnect)
    let opens = Set(rules.map(\.balancerConnects))
    let varies = opens.count > 1 || rules.contains { $0.idleConnections > 0 || $0.program == .ipvs }
    let links = LinkTable(topology.network)
    let balancers = topology.balancers.map(\.name)
    for group in topology.clients {
      clientPaths.append(
        path(to: group.name, of: .clients, from: balancers, links, &shop) { wiring, link, shop in
          wiring.clientPath(link.delay, of: group, opens: clientsConnect, &shop)
        })
    }
    for backend in topology.backends {
      backendPaths.append(
        path(to: backend.name, of: .backends, from: balancers, links, &shop) { wiring, link, shop in
          wiring.backendPath(link.delay, opens: varies ? nil : opens.contains(true), &shop)
        })
    }
  }

  /// The path between a node and all balancers: one and the same, or where a link or a fault names
  /// one of them, one for each.
  private mutating func path(
    to node: String, of kind: Endpoint, from balancers: [String], _ links: LinkTable,
    _ shop: inout SamplerShop,
    withoutWires: (inout Wiring, Link, inout SamplerShop) -> Path
  ) -> Path {
    let own = balancers.map { links.link(from: $0, to: node, of: kind) }
    let isShared =
      own.dropFirst().allSatisfy { $0 == own[0] }
      && !disturbances.distinguish(balancers, seenFrom: node)
    if isShared {
      return wirePath(own[0], between: balancers[0], and: node, of: kind, &shop)
        ?? withoutWires(&self, own[0], &shop)
    }
    let paths = zip(balancers, own).map { balancer, link in
      wirePath(link, between: balancer, and: node, of: kind, &shop)
        ?? link.delay.map { latency in
          let hop = hop(latency, &shop)
          return Path(there: hop, back: hop)
        } ?? Path()
    }
    ways += paths.map(\.there) + paths.map(\.back)
    return Path(
      there: .ofBalancer(Int32(ways.count - 2 * paths.count)),
      back: .ofBalancer(Int32(ways.count - paths.count)))
  }

  /// The lane of a delay, shared by all that have the same one.
  mutating func lane(_ delay: Nanoseconds) -> LaneIndex {
    if let known = lanesByDelay[delay] { return known }
    let lane = LaneIndex(laneDelays.count)
    laneDelays.append(delay)
    lanesByDelay[delay] = lane
    return lane
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

  // MARK: Wires

  /// The path to a balancer from a client group, or from it to a backend; nil where it needs no
  /// wires.
  private mutating func wirePath(
    _ link: Link, between balancer: String, and node: String, of kind: Endpoint,
    _ shop: inout SamplerShop
  ) -> Path? {
    kind == .clients
      ? wirePath(link, from: [node], to: ["balancer", balancer], &shop)
      : wirePath(link, from: ["balancer", balancer], to: [node], &shop)
  }

  /// - Parameters:
  ///   - near: The names of the node where the path begins.
  ///   - far: The names of the node where it ends.
  private mutating func wirePath(
    _ link: Link, from near: [String], to far: [String], _ shop: inout SamplerShop
  ) -> Path? {
    let there = disturbances.places(from: near, to: far)
    let back = disturbances.places(from: far, to: near)
    guard link.loss.fraction > 0 || link.bandwidth != nil || !there.isEmpty || !back.isEmpty else {
      return nil
    }
    let latency = shop.sampler(of: link.latency)
    for direction in [there, back] {
      let first = Int32(attached.count)
      attached += direction.map(Int32.init)
      wires.append(
        Wires.Wire(
          latency: latency,
          mean: min(link.latency.mean * 1e9, Double(Duration.seconds(120).nanoseconds)),
          loss: link.loss.fraction,
          nanosecondsPerByte: link.bandwidth.map { 8e9 / $0.bitsPerSecond } ?? 0,
          payload: Int32(link.packets.payload), overhead: Int32(link.packets.overhead),
          firstAttached: first, endOfAttached: Int32(attached.count)))
    }
    return Path(there: .wire(Int32(wires.count - 2)), back: .wire(Int32(wires.count - 1)))
  }
}

extension Link {
  /// The latency; nil for none.
  fileprivate var delay: Distribution? { latency == .constant(.zero) ? nil : latency }
}

/// The links of a network by their ends: the more specific one holds, then the later one.
///
/// The end at the nodes counts for more than that at the balancer; a name is more specific than a
/// site, and that more than a kind.
private struct LinkTable {
  private let network: Network
  private var known: [Ends: Link] = [:]

  private struct Ends: Hashable {
    let near, far: Endpoint
  }

  init(_ network: Network) {
    self.network = network
    for link in network.links {
      known[Ends(near: link.from, far: link.to)] = link
      known[Ends(near: link.to, far: link.from)] = link
    }
  }

  /// The link between a balancer and a node; without one in the file that of the profile, or one
  /// without delay.
  func link(from balancer: String, to name: String, of kind: Endpoint) -> Link {
    let far = [.named(name), network.sites[name].map(Endpoint.site), kind].compactMap(\.self)
    let near = [.named(balancer), network.sites[balancer].map(Endpoint.site), .balancer]
      .compactMap(\.self)
    for far in far {
      for near in near {
        if let link = known[Ends(near: near, far: far)] { return link }
      }
    }
    guard let profile = network.profile else {
      return Link(from: .balancer, to: kind, latency: .constant(.zero))
    }
    return Link(
      from: .balancer, to: kind, latency: profile.latency, loss: profile.loss,
      bandwidth: profile.bandwidth, packets: profile.packets)
  }
}
