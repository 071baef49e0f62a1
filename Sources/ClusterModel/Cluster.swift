import ExperimentModel
import SimulationEngine
import Statistics

/// A simulated system with one strategy in its balancer: the state of a run.
///
/// `Cluster+RequestPath.swift` is the page to read first.
struct Cluster<Picker: Strategy & ~Copyable>: ~Copyable {
  var queue: EventQueue<Event>
  var requests = RequestTable()
  let clients: ClientPool
  let backends: BackendPool
  let upstream: Upstream
  var picker: Picker
  let conduct: BalancerConduct

  let clientHops: Column<Hop>
  let backendHops: Column<Hop>
  let latencies: RandomStream
  let connectLanes: Column<LaneIndex>
  let timers: TimerLayout

  /// How many requests have been sent.
  var issued: UInt64 = 0
  /// How many of them have ended.
  var ended: UInt64 = 0
  let picked: Column<Int>
  var outcomes = OutcomeBatch()
  var metrics: [any Metric]
  let measuredFrom: Instant

  private let shop: SamplerShop
  private let topology: Topology

  init(_ topology: Topology) {
    var shop = SamplerShop()
    var wiring = Wiring(topology, shop: &shop)
    let seed = topology.run.seed
    timers = TimerLayout(clients: topology.clients.count, backends: topology.backends.count)
    conduct = BalancerConduct(topology)
    connectLanes = Column(conduct.connectWaits.map { wiring.lane($0) })
    queue = EventQueue(timers: timers.events, laneDelays: wiring.laneDelays)
    clients = ClientPool(topology.clients, seed: seed, shop: &shop)
    backends = BackendPool(topology.backends, seed: seed, shop: &shop)
    upstream = Upstream(weights: topology.backends.map(\.weight))
    picker = Picker(
      upstream: upstream,
      options: StrategyOptions(Picker.card, given: topology.balancer.strategy.options),
      randomness: RandomStream(seed: seed, purpose: "routing"))
    clientHops = Column(wiring.clientHops)
    backendHops = Column(wiring.backendHops)
    latencies = RandomStream(seed: seed, purpose: "latency")
    picked = Column(repeating: 0, count: topology.backends.count)
    metrics = MetricCatalog.all.map { $0.init(backends: topology.backends.count) }
    measuredFrom = Instant.zero + Nanoseconds(topology.run.warmup.nanoseconds)
    self.shop = shop
    self.topology = topology
  }

  /// Runs to the end and says what it came to.
  mutating func run(progress: (Double) -> Void) -> RunResult {
    let end = topology.run.duration.map { Instant(nanoseconds: $0.nanoseconds) } ?? .never
    let expected = topology.expectedRequests
    begin()
    while let event = queue.next(before: end) {
      take(event)
      if queue.taken & 0xffff == 0 {
        let byRequests = expected.map { Double(ended) / Double($0) } ?? 0
        let byTime = end == .never ? 0 : Double(queue.now.nanoseconds) / Double(end.nanoseconds)
        progress(min(1, max(byRequests, byTime)))
      }
    }
    return summarise()
  }

  /// Sets the timers that start everything.
  private mutating func begin() {
    for index in 0..<clients.count {
      let client = ClientIndex(index)
      let first = clients.firstArrival(of: client)
      queue.set(
        clients.isOpen(client) ? timers.arrival(client) : timers.joining(client), at: first)
    }
    if measuredFrom > .zero { queue.set(timers.warmUp, at: measuredFrom) }
  }

  private mutating func summarise() -> RunResult {
    flushOutcomes()
    let picks = (0..<picked.count).reduce(0) { $0 + picked[$1] }
    var result = RunResult(
      strategy: Picker.card.name,
      simulatedSeconds: (queue.now - .zero).seconds,
      events: queue.taken,
      requests: RequestCounts(issued: Int(issued), unfinished: Int(issued - ended)),
      backends: topology.backends.enumerated().map { index, backend in
        BackendResult(
          name: backend.name, picked: picked[index],
          share: picks == 0 ? 0 : Double(picked[index]) / Double(picks))
      })
    for metric in metrics { metric.summarise(into: &result) }
    backends.summarise(from: measuredFrom, until: queue.now, into: &result.backends)
    let span = queue.now - measuredFrom
    result.throughputPerSecond = span > .zero ? Double(result.latency.count) / span.seconds : 0
    return result
  }

  /// Hands the batch to the metrics.
  @inline(never)
  mutating func flushOutcomes() {
    for index in metrics.indices { metrics[index].absorb(outcomes) }
    outcomes.removeAll()
  }
}

/// Where the timers of a cluster stand in its queue.
struct TimerLayout: BitwiseCopyable {
  let clients: Int
  let backends: Int

  /// The event of each timer.
  var events: [Event] {
    let groups = (0..<clients).map(ClientIndex.init)
    return groups.map(Event.arrival) + groups.map(Event.joined) + groups.map(Event.timedOut)
      + (0..<backends).map { Event.cpuDue(BackendIndex($0)) } + [.warmedUp]
  }

  func arrival(_ client: ClientIndex) -> TimerIndex { TimerIndex(client.int) }
  func joining(_ client: ClientIndex) -> TimerIndex { TimerIndex(clients + client.int) }
  func timeout(_ client: ClientIndex) -> TimerIndex { TimerIndex(2 * clients + client.int) }
  func cpu(_ backend: BackendIndex) -> TimerIndex { TimerIndex(3 * clients + backend.int) }
  var warmUp: TimerIndex { TimerIndex(3 * clients + backends) }
}

extension Topology {
  /// How many requests all groups together send; nil when time decides.
  fileprivate var expectedRequests: Int? {
    var sum = 0
    for group in clients {
      guard let requests = group.workload.extent.requests else { return nil }
      sum += requests
    }
    return sum
  }
}
