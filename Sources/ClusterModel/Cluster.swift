import ExperimentModel
import SimulationEngine
import Statistics

/// A simulated system: the state of a run.
///
/// `Cluster+RequestPath.swift` is the page to read first.
struct Cluster: ~Copyable {
  var queue: EventQueue<Event>
  var requests = RequestTable()
  let clients: ClientPool
  let backends: BackendPool

  let clientPaths: Paths
  let backendPaths: Paths
  /// The ways of each balancer where they differ, see `Hop.ofBalancer`.
  let ways: Column<Hop>
  let latencies: Column<Sampler>
  let wires: Wires
  /// Whether a lost packet is sent again.
  let isTCP: Bool
  let latencyStream: RandomStream
  let timers: TimerLayout
  /// What each balancer's waits are.
  let waits: Column<BalancerWaits>

  /// The requests for whose answer each balancer waits, where it does not wait for ever.
  let unanswered: Column<DeadlineList>
  let changes: [EffectTimeline.Change]
  /// What faults have put in the place of each backend's configuration; empty without faults.
  var overrides: [BackendOverrides]
  let failures, errors: RandomStream
  let restartPolicies: Column<RestartRule>
  /// How long each container takes from its start until it listens.
  let startups: Column<Nanoseconds>
  let monitors: Column<HealthMonitor>
  /// How many probes have been sent.
  var probes: UInt64 = 0
  var chores = Chores()
  var containerEvents: [ContainerEvent] = []
  /// Which backends each balancer does not count on, one balancer after the other, and how many.
  let isDistrusted: Column<Bool>
  var distrusted = 0
  var trustChanges: [TrustChange] = []

  /// How many requests have been sent.
  var issued: UInt64 = 0
  /// How often clients have sent one again.
  var retries: UInt64 = 0
  /// How many of them have ended.
  var ended: UInt64 = 0
  let picked: Column<Int>
  var outcomes = OutcomeBatch()
  var metrics: [any Metric]
  /// What is kept besides the figures that every run has.
  let recording: MetricSelection
  /// When the present second is over, where each is told of; else the end of the run.
  var secondEnds: Instant
  /// What backends had used when the measurement began.
  var usageBefore: [UsageReading] = []
  var tracer: Tracer
  /// When the warm-up is over, and when the run is cut off.
  let measuredFrom, runEnds: Instant
  /// The latest time on any clock.
  var latest = Instant.zero
  /// When something last happened that keeps no run going: a check, the end of the pause of a
  /// client that may send no more, or a fault when everything has been answered.
  var lastInVain = Instant.never

  private let shop: SamplerShop
  let topology: Topology

  var balancers: BalancerPool
  var checks: CheckTable

  init(_ topology: Topology, recording: MetricSelection = [], tracing traces: Int = 0) {
    var shop = SamplerShop()
    let seed = topology.run.seed
    let rules = topology.balancers.map {
      BalancerRules($0, backends: topology.backends, isTCP: topology.network.transport == .tcp)
    }
    let timeline = EffectTimeline(topology)
    let pool = BalancerPool(topology, rules, shop: &shop)
    let layout = TimerLayout(topology, pool)
    unanswered = Column(repeating: .ofBalancer, count: pool.count)
    var wiring = Wiring(
      topology, rules: rules, disturbances: timeline.disturbances, shop: &shop)
    var waits: [BalancerWaits] = []
    for mind in 0..<pool.count {
      waits.append(BalancerWaits(of: pool.rules(of: mind), in: &wiring))
    }
    self.waits = Column(waits)
    checks = CheckTable(topology)
    queue = EventQueue(
      timers: layout.events, crowd: topology.backends.count, laneDelays: wiring.laneDelays)
    timers = layout
    balancers = pool
    clients = ClientPool(topology.clients, seed: seed, shop: &shop)
    backends = BackendPool(topology.backends, seed: seed, shop: &shop)
    changes = timeline.changes
    overrides = Array(
      repeating: BackendOverrides(), count: changes.isEmpty ? 0 : topology.backends.count)
    failures = RandomStream(seed: seed, purpose: "failures")
    errors = RandomStream(seed: seed, purpose: "errors")
    startups = Column(topology.backends.map { Nanoseconds($0.startup.nanoseconds) })
    monitors = Column(topology.backends.map { HealthMonitor($0.healthcheck) })
    restartPolicies = Column(topology.backends.map { RestartRule($0.restart) })
    clientPaths = Paths(wiring.clientPaths)
    backendPaths = Paths(wiring.backendPaths)
    latencies = Column(wiring.latencies)
    ways = Column(wiring.ways)
    wires = Wires(wiring.wires, timeline.disturbances, attached: wiring.attached)
    isTCP = topology.network.transport == .tcp
    latencyStream = RandomStream(seed: seed, purpose: "latency")
    picked = Column(repeating: 0, count: topology.backends.count)
    metrics = MetricCatalog.metrics(recording, backends: topology.backends.count)
    measuredFrom = .zero + Nanoseconds(topology.run.warmup.nanoseconds)
    runEnds = Cluster.end(of: topology)
    secondEnds = recording.contains(.seconds) ? min(runEnds, .zero + .second) : runEnds
    self.recording = recording
    tracer = Tracer(keeping: traces)
    isDistrusted = Column(repeating: false, count: waits.count * topology.backends.count)
    self.shop = shop
    self.topology = topology
  }

  /// When a run is cut off: after its duration, or, without one, after 146 years, so far from the
  /// last instant that no sum with a delay overflows.
  static func end(of topology: Topology) -> Instant {
    Instant(nanoseconds: topology.run.duration?.nanoseconds ?? .max / 2)
  }

  /// Runs to the end and says what it came to.
  mutating func run(progress: (Double) -> Void) -> RunResult {
    let expected = topology.expectedRequests
    begin()
    while let event = nextEvent() {
      if requests.areMany { fetchUpcoming() }
      take(event)
      if queue.taken & 0xffff == 0 {
        let byRequests = expected.map { Double(ended) / Double($0) } ?? 0
        let byTime = Double(queue.now.nanoseconds) / Double(runEnds.nanoseconds)
        progress(min(1, max(byRequests, byTime)))
      }
    }
    let isInVain = lastInVain == queue.now
    latest = queue.isEmpty ? (isInVain ? latest : max(latest, queue.now)) : runEnds
    return summarise()
  }

  /// What happens next; nil when the run is over, or nothing is left to happen but chores.
  @inline(__always)
  private mutating func nextEvent() -> Event? {
    while true {
      if let event = queue.next(before: min(secondEnds, chores.nextDue)) { return event }
      if queue.isEmpty { return nil }
      guard secondEnds < min(runEnds, chores.nextDue) else { break }
      endSecond()
    }
    if chores.nextDue >= runEnds { return nil }
    queue.advance(to: chores.nextDue)
    return chores.removeFirst()
  }

  /// Begins to fetch the request of an event to come: of those that are under way for long, many
  /// have left the cache.
  @inline(__always)
  private func fetchUpcoming() {
    switch queue.upcoming {
    case .reachedBalancer(let request), .reachedBackend(let request), .answered(let request),
      .reachedClient(let request):
      requests.fetch(request)
    default: break
    }
  }

  /// Begins to fetch what is known of a backend of many, by itself and in the balancer.
  ///
  /// It changes nothing: what could change something need not copy the whole first.
  @inline(__always)
  mutating func fetch(_ backend: BackendIndex) {
    guard backends.areMany else { return }
    backends.fetch(backend)
    balancers[BalancerIndex(0)].upstream.fetch(backend)
  }

  /// Begins to fetch the backend whose CPU is due next.
  @inline(__always)
  mutating func fetchNextDue() {
    if backends.areMany, case .cpuDue(let next) = queue.upcomingTimer { fetch(next) }
  }

  /// Schedules what starts everything.
  private mutating func begin() {
    for index in 0..<clients.count {
      let client = ClientIndex(index)
      let first = clients.firstArrival(of: client)
      if first == .never { continue }
      let heard = first + clientPaths[index].behind
      if clients.isOpen(client) {
        queue.set(timers.arrival(client), at: heard)
      } else {
        queue.schedule(.joined(client), at: heard)
      }
    }
    for index in changes.indices {
      let backend = changes[index].backend
      let ahead = backend == .none ? .zero : backendPaths[backend.int].ahead
      let time = max(.zero, changes[index].time - ahead)
      queue.schedule(.effectChanged(EffectIndex(index)), at: time)
    }
    for check in 0..<checks.count {
      queue.schedule(.checkDue(CheckIndex(check)), at: checks[CheckIndex(check)].first)
    }
    if measuredFrom > .zero { queue.schedule(.warmedUp, at: measuredFrom) }
    for index in 0..<backends.count { startProbing(BackendIndex(index)) }
  }

  private mutating func summarise() -> RunResult {
    flushOutcomes()
    if isReadEachSecond { endLastSecond() }
    let picks = (0..<picked.count).reduce(0) { $0 + picked[$1] }
    var result = RunResult(
      strategy: balancers[BalancerIndex(0)].picker.card.name,
      simulatedSeconds: (latest - .zero).seconds,
      events: queue.taken,
      requests: RequestCounts(
        issued: Int(issued), attempts: Int(issued + retries), unfinished: Int(issued - ended)),
      backends: topology.backends.enumerated().map { index, backend in
        BackendResult(
          name: backend.name, picked: picked[index],
          share: picks == 0 ? 0 : Double(picked[index]) / Double(picks))
      })
    for index in metrics.indices { metrics[index].summarise(into: &result) }
    backends.summarise(from: measuredFrom, until: latest, into: &result.backends)
    result.containerEvents = containerEvents
    result.trustChanges = trustChanges
    result.traces = traces()
    let span = latest - measuredFrom
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

/// The lanes of the time that a balancer waits for connections.
struct BalancerWaits: BitwiseCopyable {
  /// The lanes of the pauses between attempts to connect.
  private var connects = InlineArray<7, LaneIndex>(repeating: LaneIndex(0))
  /// How many attempts there are.
  private(set) var tries = 0
  /// Until nobody has answered at a host that is not there.
  let unreachable: LaneIndex
  /// Whether the balancer gives up before the kernel finds that out.
  let isImpatient: Bool
  /// The longest wait for a backend that has room; nil where there is no limit.
  let queue: LaneIndex?

  init(of rules: BalancerRules, in wiring: inout Wiring) {
    isImpatient = rules.connectTimeout < Condition.timeToFindNobody
    unreachable = wiring.lane(min(rules.connectTimeout, Condition.timeToFindNobody))
    queue = rules.queueTimeout.map { wiring.lane($0) }
    for wait in rules.connectWaits {
      connects[tries] = wiring.lane(wait)
      tries += 1
    }
  }

  /// The lane of the pause after a failed attempt to connect.
  func connect(_ attempt: Int) -> LaneIndex { connects[attempt] }
}

/// Where the timers of a cluster stand in its queue; there are only those that can ever be set.
struct TimerLayout: ~Copyable {
  /// The event of each timer.
  let events: [Event]
  private let backends: Int
  private let timeouts: Column<TimerIndex>
  private let waits: Column<TimerIndex>
  private let readTimeouts: Column<TimerIndex>

  init(_ topology: Topology, _ balancers: borrowing BalancerPool) {
    backends = topology.backends.count
    let groups = topology.clients.indices.map(ClientIndex.init)
    var events = (0..<backends).map { Event.cpuDue(BackendIndex($0)) }
    events += groups.map(Event.arrival)
    var timeouts: [TimerIndex] = []
    for group in groups {
      timeouts.append(TimerIndex(events.count))
      if topology.clients[group.int].timeout != nil { events.append(.timedOut(group)) }
    }
    self.timeouts = Column(timeouts)
    var waits: [TimerIndex] = []
    for place in 0..<backends {
      waits.append(TimerIndex(events.count))
      if topology.backends[place].service.waits { events.append(.waitOver(BackendIndex(place))) }
    }
    self.waits = Column(waits)
    var readTimeouts: [TimerIndex] = []
    for balancer in (0..<balancers.count).map(BalancerIndex.init) {
      readTimeouts.append(TimerIndex(events.count))
      if balancers.rules(of: balancer.int).readTimeout != nil {
        events.append(.readTimedOut(balancer))
      }
    }
    self.readTimeouts = Column(readTimeouts)
    self.events = events
  }

  func cpu(_ backend: BackendIndex) -> TimerIndex { TimerIndex(backend.int) }
  /// That of a backend whose requests wait for something else than the CPU.
  func wait(_ backend: BackendIndex) -> TimerIndex { waits[backend.int] }
  func arrival(_ client: ClientIndex) -> TimerIndex { TimerIndex(backends + client.int) }
  /// That of the wait for answers of a balancer that does not wait for ever.
  func readTimeout(_ balancer: BalancerIndex) -> TimerIndex { readTimeouts[balancer.int] }
  /// That of a group that has a time-out.
  func timeout(_ client: ClientIndex) -> TimerIndex { timeouts[client.int] }
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
