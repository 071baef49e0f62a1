import ExperimentModel

/// The queue of the textbook that a topology comes to: Poisson arrivals at one station.
///
/// Every condition under which an exact result holds is looked at here, and the first that does not
/// hold is named; what is not mentioned must have its default.
public struct KnownQueue: Sendable {
  /// Why theory has no exact result for a topology, as the end of "there is none: …".
  public struct Obstacle: Error, Sendable, Hashable {
    /// The assumption that does not hold.
    public let reason: String
  }

  /// Requests a second.
  let arrivalRate: Double
  /// The mean service time in seconds, and its squared coefficient of variation.
  let serviceMean, serviceVariation: Double
  let isExponential: Bool
  /// Requests in service at once; nil where all that are there share one core.
  let servers: Int?
  /// How many may wait.
  let places: Int
  /// What the way there and back adds, in seconds.
  let delay: Double

  /// The work that arrives, in servers.
  var offered: Double { arrivalRate * serviceMean }
  /// The part of the time that a server is busy, if it keeps up.
  var load: Double { offered / Double(servers ?? 1) }
  /// Whether so few requests would ever find no place that there might as well be any number.
  var isEndless: Bool {
    guard load < 1 else { return false }
    var odds = 1.0
    for _ in 0..<min(places, 100_000) where odds > 1e-9 { odds *= load }
    return odds <= 1e-9
  }

  /// Finds the queue in a topology.
  ///
  /// - Throws: the first assumption that does not hold.
  public init(_ topology: Topology) throws(Obstacle) {
    func demand(_ holds: Bool, _ reason: String) throws(Obstacle) {
      guard holds else { throw Obstacle(reason: reason) }
    }
    try demand(topology.faults.isEmpty, "there are faults")
    try demand(topology.clients.count == 1, "there are several client groups")
    let group = topology.clients[0]
    guard case .open(let loop) = group.workload else {
      throw Obstacle(reason: "clients wait for answers before they send again")
    }
    try demand(loop.arrivals == .poisson, "arrivals are no Poisson process")
    let steady = OpenLoop(rate: loop.rate, extent: loop.extent)
    try demand(
      group == ClientGroup(name: group.name, workload: .open(steady), start: group.start),
      "clients do more than send: a time-out, keys or kept connections")
    try demand(topology.network.transport == .message, "connections cost time; transport is tcp")
    let balancer = topology.balancer
    let plain = Balancer(name: balancer.name, like: .ideal, strategy: balancer.strategy)
    try demand(
      topology.balancers.count == 1 && balancer == plain, "the balancer is a real program's")
    try demand(topology.backends.count == 1, "there are several backends")
    delay = try Self.delay(of: topology.network)
    let backend = topology.backends[0]
    guard case .cpu(let service)? = backend.service.stages.first else {
      throw Obstacle(reason: "the backend waits for something else than its CPU")
    }
    let bare = Backend(
      name: backend.name, weight: backend.weight, cores: backend.cores, workers: backend.workers,
      backlog: backend.backlog, service: Service(cpu: service))
    try demand(backend == bare, "the backend has limits, failures or stages")
    guard let (mean, variation) = service.moments else {
      throw Obstacle(reason: "the moments of the service time are not known")
    }
    serviceMean = mean
    serviceVariation = variation
    if case .exponential = service {
      isExponential = true
    } else {
      isExponential = false
    }
    arrivalRate = loop.rate.perSecond
    places = backend.backlog
    servers = try Self.servers(of: backend)
  }

  private static func servers(of backend: Backend) throws(Obstacle) -> Int? {
    switch backend.workers {
    case .count(let count):
      guard backend.cores.map({ $0.count >= Double(count) }) ?? true else {
        throw Obstacle(reason: "workers share fewer cores than they are")
      }
      return count
    case .unlimited:
      guard backend.cores?.count == 1 else {
        throw Obstacle(reason: "unlimited workers do not share just one core")
      }
      return nil
    }
  }

  private static func delay(of network: Network) throws(Obstacle) -> Double {
    var delay = 0.0
    for link in network.links {
      guard case .constant(let latency) = link.latency else {
        throw Obstacle(reason: "latencies vary")
      }
      delay += 2 * latency.inSeconds
    }
    guard network.links.count <= 2,
      network
        == Network(
          transport: network.transport,
          links: network.links.map { Link(from: $0.from, to: $0.to, latency: $0.latency) })
    else { throw Obstacle(reason: "links do more than delay") }
    return delay
  }
}

extension Distribution {
  /// The mean in seconds and the squared coefficient of variation; nil where no closed form is
  /// built in.
  fileprivate var moments: (mean: Double, variation: Double)? {
    switch self {
    case .constant(let value): (value.inSeconds, 0)
    case .exponential(let mean): (mean.inSeconds, 1)
    case .uniform(let from, let to): Self.uniformMoments(from.inSeconds, to.inSeconds)
    case .erlang(let mean, let k): (mean.inSeconds, 1 / Double(k))
    case .gamma(let mean, let cv): (mean.inSeconds, cv * cv)
    case .lognormal(let mean, let cv): (mean.inSeconds, cv * cv)
    case .hyperexponential(let mean, let cv2): (mean.inSeconds, cv2)
    case .normal, .weibull, .pareto, .empirical, .mixture: nil
    }
  }

  private static func uniformMoments(_ low: Double, _ high: Double) -> (Double, Double) {
    let mean = (low + high) / 2
    let width = high - low
    return (mean, mean > 0 ? width * width / 12 / (mean * mean) : 0)
  }
}
