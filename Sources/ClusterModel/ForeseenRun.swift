import ExperimentModel
import SimulationEngine
import Statistics

/// A run without a future event list: each request is followed from its arrival to its end at once.
///
/// Where nothing that happens later can change a request's way, events would only say again what
/// is known (`Topology.isForeseeable` says when). The draws, the times and the result are those of
/// `Cluster`, several times as fast; `Tests/ClusterModelTests/ForesightTests.swift` holds them
/// against each other.
struct ForeseenRun: ~Copyable {
  private let topology: Topology
  private let clients: ClientPool
  private var balancer: Balancer
  private let clientPaths, backendPaths: Column<Path>
  private let stations: UnsafeMutablePointer<Station>
  private let answerDelays: Column<Nanoseconds>
  private let timeouts: Column<Nanoseconds>
  private let service: RandomStream
  private let measuredFrom, runEnds: Instant

  private var issued: UInt64 = 0
  private var ended = 0
  private let picked: Column<Int>
  private var outcomes = OutcomeBatch()
  private var metrics: [any Metric]
  /// The latest time on any clock.
  private var latest = Instant.zero
  /// Whether the run was cut off before all had ended.
  private var isCutOff = false
  private let shop: SamplerShop

  /// Prepares a run; nil for a topology in which not everything can be foreseen.
  init?(_ topology: Topology, recording: MetricSelection = []) {
    guard topology.isForeseeable else { return nil }
    var shop = SamplerShop()
    let seed = topology.run.seed
    let rules = BalancerRules(
      topology.balancer, backends: topology.backends, isTCP: topology.network.transport == .tcp)
    let balancer = Balancer(topology.balancer, rules, of: topology, door: FrontDoor(), number: 0)
    guard balancer.picker.traits.contains(.ignoresAnswers) else { return nil }
    let wiring = Wiring(topology, rules: [rules], shop: &shop)
    let measuredFrom = Instant.zero + Nanoseconds(topology.run.warmup.nanoseconds)
    let runEnds = Cluster.end(of: topology)
    let count = topology.backends.count
    stations = .allocate(capacity: count)
    var answerDelays: [Nanoseconds] = []
    for (place, backend) in topology.backends.enumerated() {
      let ahead = wiring.backendPaths[place].ahead
      (stations + place).initialize(
        to: Station(
          backend, from: measuredFrom > .zero ? measuredFrom + ahead : .zero, until: runEnds,
          shop: &shop))
      let crossings = rules.balancerConnects ? Hop.crossingsToOpen : 1
      answerDelays.append(Nanoseconds(ahead.count / crossings))
    }
    self.answerDelays = Column(answerDelays)
    clients = ClientPool(topology.clients, seed: seed, shop: &shop)
    clientPaths = Column(wiring.clientPaths)
    backendPaths = Column(wiring.backendPaths)
    timeouts = Column(
      topology.clients.map { $0.timeout.map { Nanoseconds($0.nanoseconds) } ?? .longest })
    service = .service(seed: seed)
    picked = Column(repeating: 0, count: count)
    metrics = MetricCatalog.metrics(recording, backends: count)
    self.measuredFrom = measuredFrom
    self.runEnds = runEnds
    self.balancer = balancer
    self.topology = topology
    self.shop = shop
  }

  deinit {
    stations.deinitialize(count: topology.backends.count)
    stations.deallocate()
  }

  /// Runs to the end; nil where something happens that only events can follow: a full backlog, a
  /// time-out, no usable backend.
  mutating func run(progress: (Double) -> Void) -> RunResult? {
    var batch = RequestBatch(arePlain: clients.arePlain)
    var arrivals = Arrivals(clients, clientPaths, before: runEnds)
    while arrivals.collect(from: clients, into: &batch) {
      batch.identify(by: clients)
      guard balancer.picker.pick(for: batch, from: balancer.upstream), serve(batch) else {
        return nil
      }
      progress(Double(batch.heard[0].nanoseconds) / Double(runEnds.nanoseconds))
      batch.removeAll()
    }
    issued = batch.firstSerial
    isCutOff = isCutOff || !arrivals.areOver
    if measuredFrom > .zero { note(measuredFrom) }
    return summarise()
  }

  /// Follows each request of a batch from its backend to its end; false where one needs events.
  private mutating func serve(_ batch: borrowing RequestBatch) -> Bool {
    let readTimeout = balancer.rules.readTimeout ?? .longest
    for place in 0..<batch.count {
      let backend = batch.backends[place]
      let station = stations + backend.int
      let heard = batch.heard[place]
      picked[backend.int] &+= 1
      var draws = service.substream(batch.serial(place))
      let demand = Nanoseconds(nearest: station.pointee.demand.draw(from: &draws))
      let arrival = heard + backendPaths[backend.int].ahead
      guard let done = station.pointee.admit(at: arrival, demand: demand) else { return false }
      let answered = done + answerDelays[backend.int]
      let client = batch.clients[place]
      let path = clientPaths[client.int]
      let born = heard - path.behind
      let received = answered + path.after
      guard answered - heard < readTimeout, received - born < timeouts[client.int] else {
        return false
      }
      settle(
        Outcome(
          latency: (received - born).count, sent: born.nanoseconds,
          response: (answered - heard).count, backend: backend, ending: .succeeded,
          isMeasured: born >= measuredFrom),
        answered: answered, received: received)
    }
    return true
  }

  /// The request has ended for its client, unless the run ends before.
  @inline(__always)
  private mutating func settle(_ outcome: Outcome, answered: Instant, received: Instant) {
    if received >= runEnds { return note(answered) }
    latest = max(latest, received)
    ended &+= 1
    if outcomes.append(outcome) { flushOutcomes() }
  }

  /// Takes note of something that happens in the balancer, or would after the end of the run.
  @inline(never)
  private mutating func note(_ time: Instant) {
    if time < runEnds { latest = max(latest, time) } else { isCutOff = true }
  }

  @inline(never)
  private mutating func flushOutcomes() {
    for index in metrics.indices { metrics[index].absorb(outcomes) }
    outcomes.removeAll()
  }

  private mutating func summarise() -> RunResult {
    flushOutcomes()
    if isCutOff { latest = runEnds }
    let span = latest - measuredFrom
    var result = RunResult(
      strategy: balancer.picker.card.name,
      simulatedSeconds: (latest - .zero).seconds,
      events: issued,
      requests: RequestCounts(
        issued: Int(issued), attempts: Int(issued), unfinished: Int(issued) - ended),
      backends: topology.backends.enumerated().map { place, backend in
        var row = BackendResult(
          name: backend.name, picked: picked[place],
          share: issued == 0 ? 0 : Double(picked[place]) / Double(issued))
        row.utilization = stations[place].utilization(until: latest)
        row.queueMean = stations[place].queueMean(over: span)
        return row
      })
    for metric in metrics { metric.summarise(into: &result) }
    result.throughputPerSecond = span > .zero ? Double(result.latency.count) / span.seconds : 0
    return result
  }
}

/// The arrivals of all groups in order of time.
private struct Arrivals: ~Copyable {
  private var queue: EventQueue<ClientIndex>
  private let behind: [Nanoseconds]
  private let end: Instant
  /// Whether no group sends any more.
  var areOver: Bool { queue.isEmpty }

  init(_ clients: borrowing ClientPool, _ paths: borrowing Column<Path>, before end: Instant) {
    let groups = (0..<clients.count).map(ClientIndex.init)
    queue = EventQueue(timers: groups, laneDelays: [])
    var behind: [Nanoseconds] = []
    for client in groups { behind.append(paths[client.int].behind) }
    self.behind = behind
    self.end = end
    for client in groups { schedule(client, at: clients.firstArrival(of: client)) }
  }

  private mutating func schedule(_ client: ClientIndex, at time: Instant) {
    if time < .never { queue.set(TimerIndex(client.int), at: time + behind[client.int]) }
  }

  /// Fills a batch with the next requests; false when there are none before the end.
  mutating func collect(
    from clients: borrowing ClientPool, into batch: inout RequestBatch
  ) -> Bool {
    while batch.count < RequestBatch.capacity, let client = queue.next(before: end) {
      let behind = behind[client.int]
      // Alone, a group need not ask who is next.
      let next = clients.send(
        clients.count == 1 ? .max : 1, from: client, next: queue.now - behind, behind: behind,
        before: end, into: &batch)
      schedule(client, at: next)
    }
    return batch.count > 0
  }
}

extension Nanoseconds {
  /// Longer than any wait.
  fileprivate static var longest: Nanoseconds { Nanoseconds(.max) }
}

extension RandomStream {
  /// What requests cost their backends: each request draws from its own part.
  static func service(seed: UInt64) -> RandomStream { RandomStream(seed: seed, purpose: "service") }
}
