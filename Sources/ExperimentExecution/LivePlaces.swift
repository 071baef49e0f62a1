import ClusterModel
import DockerEngine
import ExperimentModel
import FaultInjection
import LoadGeneration

/// What the names of a topology stand for in the live world.
///
/// A backend is the container of its name. The balancer need not be called so: it is whoever
/// answers at the URL. The clients are this machine, to which nothing is ever done: what is to
/// happen to their packets happens to those of this machine at the balancer.
struct LivePlaces {
  /// A fault on one container, in words that the engine knows.
  struct Deed: Hashable {
    let fault: Fault
    let target: String
  }

  /// The name of a balancer in every file.
  private static let balancer = "balancer"

  private let groups: Set<String>
  private let endpoint: LiveEndpoint
  private let engine: Engine

  init(of topology: Topology, at endpoint: LiveEndpoint, _ engine: Engine) {
    groups = Set(topology.clients.map(\.name))
    self.endpoint = endpoint
    self.engine = engine
  }

  /// What has to be done for one occurrence of a fault, and to whom.
  ///
  /// - Throws: why a name stands for nobody whom it could be done to.
  func deeds(of occurrence: FaultOccurrence) throws(FaultError) -> [Deed] {
    let isOfClients = try areClients(among: occurrence.targets)
    var deeds: [Deed] = []
    if isOfClients { deeds.append(try deedToClients(occurrence.fault)) }
    for target in occurrence.targets where !groups.contains(target) {
      let word = try word(for: target)
      deeds.append(
        Deed(fault: try meant(by: occurrence.fault, at: word), target: word))
    }
    return deeds
  }

  /// Whether the clients are among these names.
  ///
  /// - Throws: when only some groups are, because all of them send from this machine.
  private func areClients(among names: [String]) throws(FaultError) -> Bool {
    let named = groups.intersection(names)
    guard !named.isEmpty, named != groups else { return !named.isEmpty }
    throw FaultError(
      .notUsable,
      "all client groups send from this machine, so a fault cannot hit"
        + " \(named.sorted().joined(separator: ", ")) alone; write clients")
  }

  // MARK: Names

  /// The word by which the engine knows a name of the file.
  private func word(for name: String) throws(FaultError) -> String {
    guard name == Self.balancer else { return name }
    let found: String? = try FaultError.ofEngine { () throws(EngineError) in
      let isNamed = try engine.containers().contains { $0.name == name || $0.service == name }
      return isNamed ? name : try engine.container(at: endpoint)?.name
    }
    guard let found else {
      throw FaultError(
        .notUsable,
        "no container is called balancer or answers at \(endpoint.text), so there is none whose"
          + " packets are the balancer's; name its container or its Compose service so, or send"
          + " to its own address")
    }
    return found
  }

  /// The same fault with peers that the engine knows.
  private func meant(by fault: Fault, at target: String) throws(FaultError) -> Fault {
    switch fault {
    case .impair(let impairment, var filter):
      filter.peers = try peers(filter.peers, of: target)
      return .impair(impairment, filter)
    case .degrade(let profile, var filter):
      filter.peers = try peers(filter.peers, of: target)
      return .degrade(profile, filter)
    case .partition(let others, let isOneWay):
      return .partition(from: try peers(others, of: target), isOneWay: isOneWay)
    default: return fault
    }
  }

  private func peers(
    _ names: [String], of target: String
  ) throws(FaultError) -> [String] {
    var peers = try areClients(among: names) ? machine(seenFrom: target) : []
    for name in names where !groups.contains(name) { peers.append(try word(for: name)) }
    return peers
  }

  /// The addresses from which this machine reaches a container.
  private func machine(seenFrom target: String) throws(FaultError) -> [String] {
    let networks = try engine.container(meantBy: target).networks.values
    let addresses = networks.flatMap { [$0.gateway, $0.gateway6] }.filter { !$0.isEmpty }
    guard !addresses.isEmpty else {
      throw FaultError(
        .notUsable,
        "this machine, from which the clients send, has no address in the networks of \(target)")
    }
    return addresses.sorted()
  }

  // MARK: Clients

  /// What is done to the clients' packets, as it is done at the balancer: the other way round.
  private func deedToClients(_ fault: Fault) throws(FaultError) -> Deed {
    let target = try word(for: Self.balancer)
    func turned(_ filter: PacketFilter) throws(FaultError) -> PacketFilter {
      try requireBalancer(among: filter.peers)
      var filter = filter
      filter.peers = try machine(seenFrom: target)
      filter.direction = filter.direction.reversed
      return filter
    }
    switch fault {
    case .impair(let impairment, let filter):
      return Deed(fault: .impair(impairment, try turned(filter)), target: target)
    case .degrade(let profile, let filter):
      return Deed(fault: .degrade(profile, try turned(filter)), target: target)
    case .partition(let others, let isOneWay):
      let filter = try turned(PacketFilter(peers: others))
      let all = PacketImpairment.drop(.random(Likelihood(rate: Ratio(1))))
      return Deed(
        fault: isOneWay
          ? .impair(all, filter) : .partition(from: filter.peers, isOneWay: false),
        target: target)
    default:
      preconditionFailure("only what happens to packets may aim at clients")
    }
  }

  /// Refuses peers whom clients never talk to.
  private func requireBalancer(among peers: [String]) throws(FaultError) {
    guard !peers.isEmpty, !peers.contains(Self.balancer) else { return }
    throw FaultError(
      .notUsable,
      "clients talk to the balancer alone, so nothing passes between them and"
        + " \(peers.joined(separator: ", ")); name the balancer")
  }
}

extension PacketFilter.Direction {
  /// The same way, seen from the other end.
  fileprivate var reversed: Self {
    switch self {
    case .egress: .ingress
    case .ingress: .egress
    case .both: .both
    }
  }
}

extension Engine {
  /// The running container that answers at an endpoint: it has the address, or it publishes the
  /// port on this machine; nil when there is none.
  func container(at endpoint: LiveEndpoint) throws(EngineError) -> Container? {
    let running = try containers().filter { $0.status == "running" }
    for summary in running {
      let container = try inspect(summary.id)
      let addresses = container.networks.values.flatMap { [$0.address, $0.address6] }
      if addresses.contains(endpoint.host) { return container }
    }
    let publisher = running.first { summary in
      summary.publications.contains {
        $0.port == endpoint.port && (endpoint.reach == .loopback || $0.address == endpoint.host)
      }
    }
    return try publisher.map { summary throws(EngineError) in try inspect(summary.id) }
  }
}
