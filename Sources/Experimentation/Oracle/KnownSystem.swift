import ExperimentModel

/// The system of the textbook that a topology comes to: who sends, how the requests are split, and
/// the queues that they come to.
///
/// Every condition under which an exact result holds is looked at here, and the first that does not
/// hold is named; what is not mentioned must have its default.
public struct KnownSystem: Sendable {
  /// Why theory has no exact result for a topology, as the end of "there is none: …".
  public struct Obstacle: Error, Sendable, Hashable {
    /// The assumption that does not hold.
    public let reason: String

    init(_ reason: String) { self.reason = reason }
  }

  /// Who sends.
  enum Source {
    /// So many requests a second, a Poisson process.
    case poisson(rate: Double)
    /// So many clients, which pause for so many seconds on average between answer and request.
    case clients(count: Int, think: Double)
  }

  /// How the queues share the requests.
  enum Splitting: Hashable {
    /// At random, by a share for each queue; one queue has all of them.
    case random([Double])
    /// One after the other.
    case inTurn
    /// To the shortest of so many different ones drawn at random.
    case shortest(of: Int)
  }

  let source: Source
  let splitting: Splitting
  let queues: [KnownQueue]

  /// Finds the system in a topology.
  ///
  /// - Throws: the first assumption that does not hold.
  public init(_ topology: Topology) throws(Obstacle) {
    try Self.demand(topology.faults.isEmpty, "there are faults")
    try Self.demand(topology.clients.count == 1, "there are several client groups")
    let group = topology.clients[0]
    source = try Self.source(of: group, endsOnTime: topology.run.duration != nil)
    let bare = ClientGroup(
      name: group.name, workload: group.workload, start: group.start, timeout: group.timeout)
    try Self.demand(
      group == bare, "clients do more than send: they try again, have keys or keep connections")
    try Self.demand(
      topology.network.transport == .message, "connections cost time; transport is tcp")
    let balancer = topology.balancer
    let plain = Balancer(name: balancer.name, like: .ideal, strategy: balancer.strategy)
    try Self.demand(
      topology.balancers.count == 1 && balancer == plain, "the balancer is a real program's")
    splitting = try Self.splitting(of: topology)
    let delay = try Self.delay(of: topology.network)
    var queues: [KnownQueue] = []
    for backend in topology.backends { queues.append(try KnownQueue(backend, delay: delay)) }
    let patience = group.timeout?.inSeconds
    for place in queues.indices { queues[place].patience = patience }
    if case .poisson(let rate) = source {
      for place in queues.indices {
        queues[place].arrivalRate = rate / Double(queues.count)
        if case .random(let shares) = splitting {
          queues[place].arrivalRate = rate * shares[place]
        }
      }
    }
    self.queues = queues
    if case .clients = source { try checkClients(of: topology) }
    if case .poisson = source, case .random = splitting { return }
    try Self.demand(delay == 0, "the balancer hears late of what it counts on")
    try Self.demand(patience == nil, "clients give up")
  }

  static func demand(_ holds: Bool, _ reason: String) throws(Obstacle) {
    guard holds else { throw Obstacle(reason) }
  }

  private static func source(
    of group: ClientGroup, endsOnTime: Bool
  ) throws(Obstacle) -> Source {
    switch group.workload {
    case .open(let loop):
      try demand(
        loop == OpenLoop(rate: loop.rate, extent: loop.extent),
        "arrivals are no steady Poisson process")
      return .poisson(rate: loop.rate.perSecond)
    case .closed(let loop):
      try demand(
        endsOnTime,
        "clients stop before the run ends; give the run a duration, as in --duration 10m")
      guard let (think, _) = (loop.think ?? .constant(.zero)).moments else {
        throw Obstacle("the mean of the pauses is not known")
      }
      return .clients(count: loop.concurrency, think: think)
    case .trace:
      throw Obstacle("arrivals are those of a trace")
    }
  }

  private static func splitting(of topology: Topology) throws(Obstacle) -> Splitting {
    let backends = topology.backends
    try demand(backends.allSatisfy { !$0.isBackup && !$0.isDown }, "a backend is left out")
    if backends.count == 1 { return .random([1]) }
    let strategy = topology.balancer.strategy
    let weights = backends.map { Double($0.weight) }
    switch strategy.name {
    case "random": return .random(weights.map { _ in 1 / Double(weights.count) })
    case "weighted-random": return .random(weights.map { $0 / weights.reduce(0, +) })
    case "round-robin": return .inTurn
    case "power-of-two":
      guard case .number(let choices)? = strategy.options["d"] else { return .shortest(of: 2) }
      return .shortest(of: Int(choices))
    default: throw Obstacle("\(strategy.name) has no formula for several backends")
    }
  }

  private static func delay(of network: Network) throws(Obstacle) -> Double {
    var (toBalancer, toBackends) = (0.0, 0.0)
    for link in network.links {
      guard case .constant(let latency) = link.latency else { throw Obstacle("latencies vary") }
      switch Set([link.from, link.to]) {
      case [.clients, .balancer]: toBalancer = latency.inSeconds
      case [.balancer, .backends]: toBackends = latency.inSeconds
      default: throw Obstacle("links differ")
      }
    }
    let bare = Network(
      transport: network.transport,
      links: network.links.map { Link(from: $0.from, to: $0.to, latency: $0.latency) })
    try demand(network == bare, "links do more than delay")
    return 2 * (toBalancer + toBackends)
  }
}
