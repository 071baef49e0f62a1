import ExperimentModel
import SimulationEngine
import Statistics

/// A run without a future event list: each request is followed from its arrival to its end at once.
///
/// Where nothing that happens later can change a request's way, events would only say again what
/// is known (`Topology.isForeseeable` says when). A strategy that looks at answers has to be told
/// of them in order, so there each answer is an event; for the others not even that is one. The
/// draws, the times and the result are those of `Cluster`, several times as fast;
/// `Tests/ClusterModelTests/ForesightTests.swift` holds them against each other.
struct ForeseenRun: ~Copyable {
  private let topology: Topology
  private let clients: ClientPool
  private var balancer: Balancer
  private let clientPaths: Paths
  private let stations: UnsafeMutablePointer<Station>
  /// Whether there are so many backends that they do not stay in the cache.
  private let areMany: Bool
  /// How long the balancer and each client group together wait for an answer at the balancer.
  private let patience: Column<Nanoseconds>
  private let service: RandomStream
  /// The answers that the strategy is still to be told of; nil for one that ignores them.
  private var answers: PendingAnswers?
  /// The shortest time from a pick to its answer.
  private let quickest: Nanoseconds
  /// When the balancer heard of the latest request of each group.
  private let heard: Column<Instant>
  private let measuredFrom, runEnds: Instant

  private var issued: UInt64 = 0
  private var answered: UInt64 = 0
  private var ended = 0
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
    let wiring = Wiring(topology, rules: [rules], shop: &shop)
    if balancer.picker.traits.contains(.ignoresAnswers) {
      answers = nil
    } else {
      answers = PendingAnswers(topology, wiring, rules)
      if answers == nil { return nil }
    }
    quickest = answers?.delay ?? .zero
    heard = Column(repeating: .beforeAll, count: topology.clients.count)
    let measuredFrom = Instant.zero + Nanoseconds(topology.run.warmup.nanoseconds)
    let runEnds = Cluster.end(of: topology)
    let count = topology.backends.count
    stations = .allocate(rows: count)
    areMany = BackendPool.outgrowsCache(count)
    let crossings = rules.balancerConnects ? Hop.crossingsToOpen : 1
    for (place, backend) in topology.backends.enumerated() {
      let ahead = wiring.backendPaths[place].ahead
      (stations + place).initialize(
        to: Station(
          backend, from: measuredFrom > .zero ? measuredFrom + ahead : .zero, until: runEnds,
          ahead: ahead, answerDelay: Nanoseconds(ahead.count / crossings), shop: &shop))
    }
    clients = ClientPool(topology.clients, seed: seed, shop: &shop)
    clientPaths = Paths(wiring.clientPaths)
    let readTimeout = rules.readTimeout ?? .longest
    patience = Column(
      zip(topology.clients, wiring.clientPaths).map { group, path in
        let timeout = group.timeout.map { Nanoseconds($0.nanoseconds) } ?? .longest
        return min(readTimeout, Nanoseconds(timeout.count - path.behind.count - path.after.count))
      })
    service = .service(seed: seed)
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
    let looksAtAnswers = answers != nil
    while arrivals.collect(from: clients, into: &batch) {
      batch.identify(by: clients)
      guard looksAtAnswers ? pickAndServe(batch) : pickAll(batch) && serveAll(batch) else {
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

  /// Picks for all requests of a batch, which look at nothing but themselves.
  private mutating func pickAll(_ batch: borrowing RequestBatch) -> Bool {
    balancer.picker.pick(for: batch, from: balancer.upstream)
  }

  /// Follows all requests of a batch from their backends to their ends; false where one needs
  /// events.
  private mutating func serveAll(_ batch: borrowing RequestBatch) -> Bool {
    for place in 0..<batch.count {
      if areMany { stations.fetch(batch.backends[min(place + 6, batch.count - 1)].int) }
      if serve(place, of: batch) == nil { return false }
    }
    return true
  }

  /// Picks for each request of a batch as soon as the balancer knows all answers before it, and
  /// follows it to its end; false where one needs events.
  private mutating func pickAndServe(_ batch: borrowing RequestBatch) -> Bool {
    var served = 0
    for place in 0..<batch.count {
      // Those that may have their answers by now are followed first, all together.
      if batch.heard[place] >= batch.heard[served] + quickest {
        guard serve(served..<place, of: batch) else { return false }
        served = place
      }
      guard concludeAnswers(before: place, of: batch) else { return false }
      var attempt = batch.arePlain ? Attempt(now: batch.heard[place]) : batch.attempts[place]
      guard let backend = balancer.pick(for: &attempt) else { return false }
      batch.backends[place] = backend
      if areMany { stations.fetch(backend.int) }
    }
    return serve(served..<batch.count, of: batch)
  }

  /// Follows some requests of a batch to their ends, and keeps their answers; false where one needs
  /// events.
  private mutating func serve(_ places: Range<Int>, of batch: borrowing RequestBatch) -> Bool {
    for place in places {
      guard let answer = serve(place, of: batch) else { return false }
      answers?.insert(answer)
    }
    return true
  }

  /// The balancer learns of each answer that reaches it before a request; false where nobody can
  /// say which comes first.
  private mutating func concludeAnswers(
    before place: Int, of batch: borrowing RequestBatch
  ) -> Bool {
    let client = batch.clients[place].int
    let time = batch.heard[place]
    while true {
      switch answers?.next(before: time, scheduled: heard[client]) {
      case .answer(let answer):
        if areMany, let next = answers?.upcoming { balancer.upstream.fetch(next.backend) }
        var attempt = Attempt(now: answer.due)
        _ = balancer.conclude(
          &attempt, at: answer.backend, after: answer.due - answer.picked, .answered(200))
        answered &+= 1
      case .request, nil:
        heard[client] = time
        return true
      case .unclear: return false
      }
    }
  }

  /// Follows a request from its backend to its end, and says when the balancer has its answer; nil
  /// where it needs events.
  @inline(__always)
  private mutating func serve(
    _ place: Int, of batch: borrowing RequestBatch
  ) -> PendingAnswers.Answer? {
    let backend = batch.backends[place]
    let station = stations + backend.int
    let heard = batch.heard[place]
    var draws = service.substream(batch.serial(place))
    let demand = Nanoseconds(nearest: station.pointee.demand.draw(from: &draws))
    let ahead = station.pointee.ahead
    guard let done = station.pointee.admit(at: heard + ahead, demand: demand) else { return nil }
    let answered = done + station.pointee.answerDelay
    let client = batch.clients[place]
    guard answered - heard < patience[client.int] else { return nil }
    let path = clientPaths[client.int]
    let born = heard - path.behind
    let received = answered + path.after
    settle(
      Outcome(
        latency: (received - born).count, sent: born.nanoseconds,
        response: (answered - heard).count, backend: backend, ending: .succeeded,
        isMeasured: born >= measuredFrom),
      answered: answered, received: received)
    return PendingAnswers.Answer(
      due: answered, begun: done - demand - ahead, picked: heard, backend: backend)
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
      events: issued + answered,
      requests: RequestCounts(
        issued: Int(issued), attempts: Int(issued), unfinished: Int(issued) - ended),
      backends: topology.backends.enumerated().map { place, backend in
        var row = BackendResult(
          name: backend.name, picked: stations[place].picked,
          share: issued == 0 ? 0 : Double(stations[place].picked) / Double(issued))
        row.utilization = stations[place].utilization(until: latest)
        row.queueMean = stations[place].queueMean(over: span)
        return row
      })
    for index in metrics.indices { metrics[index].summarise(into: &result) }
    result.throughputPerSecond = span > .zero ? Double(result.latency.count) / span.seconds : 0
    return result
  }
}

extension Nanoseconds {
  /// Longer than any wait.
  fileprivate static var longest: Nanoseconds { Nanoseconds(.max) }
}

extension Instant {
  /// Before anything happens.
  fileprivate static var beforeAll: Instant { Instant(nanoseconds: -1) }
}

extension RandomStream {
  /// What requests cost their backends: each request draws from its own part.
  static func service(seed: UInt64) -> RandomStream { RandomStream(seed: seed, purpose: "service") }
}
