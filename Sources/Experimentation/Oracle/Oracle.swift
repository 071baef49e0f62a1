import ExperimentModel
import SimulationEngine

/// What theory says exactly about a topology.
public struct Oracle: Sendable {
  /// An exact value of a figure.
  public struct Answer: Sendable, Hashable {
    /// The name of the figure, such as `latency.mean`.
    public let figure: String
    /// Its value: seconds, or a fraction.
    public let exact: Double
  }

  /// The system's name, such as `M/M/1`.
  public let system: String
  /// Where the formulas stand.
  public let source: String
  /// What they say.
  public let answers: [Answer]

  /// Asks theory about a topology as it was run, with the warm-up that was found.
  ///
  /// - Throws: the assumption that does not hold.
  public init(_ topology: Topology, asIn result: ReplicatedResult) throws(KnownSystem.Obstacle) {
    var topology = topology
    topology.run.replications = result.replications.count
    if let warmup = result.warmup {
      guard warmup.isSettled else {
        throw KnownSystem.Obstacle("no steady state was found; give the run more requests")
      }
      topology.run.warmup = warmup.duration
      topology.run.findsWarmup = false
    }
    try self.init(topology)
  }

  /// Asks the systems that theory knows, from the most to the least particular.
  ///
  /// - Throws: the assumption that does not hold, where none of them is the one.
  public init(_ topology: Topology) throws(KnownSystem.Obstacle) {
    let system = try KnownSystem(topology)
    for ask in Self.systems {
      if let found = ask(system) {
        try system.checkLength(of: topology)
        self = found
        return
      }
    }
    let isOverloaded = system.queues.contains { $0.load >= 1 }
    throw KnownSystem.Obstacle(
      isOverloaded ? "more work arrives than can be done" : "no formula for it is built in")
  }

  /// Every system that theory knows; a new one is a function and a line here.
  private static let systems: [@Sendable (KnownSystem) -> Oracle?] = [
    split, inTurn, shortest, repairmen, closedNetwork,
  ]

  /// Every queue that theory knows.
  private static let queues: [@Sendable (KnownQueue) -> Oracle?] = [
    impatient, erlangLoss, markovian, finite, pollaczekKhinchine, processorSharing,
  ]

  init(_ system: String, _ source: String, _ answers: [(String, Double)]) {
    self.system = system
    self.source = source
    self.answers = answers.map { Answer(figure: $0.0, exact: $0.1) }
  }

  /// Independent queues: each has its share of a Poisson process, which is one itself.
  @Sendable private static func split(_ system: KnownSystem) -> Oracle? {
    guard case .poisson = system.source, case .random(let shares) = system.splitting else {
      return nil
    }
    var parts: [KnownQueue: Oracle] = [:]
    for queue in system.queues where parts[queue] == nil {
      guard let found = queues.lazy.compactMap({ $0(queue) }).first else { return nil }
      parts[queue] = found
    }
    guard let first = parts[system.queues[0]] else { return nil }
    if system.queues.count == 1 { return first }
    if parts.count == 1 {
      return Oracle("\(shares.count) × \(first.system)", first)
    }
    // Percentiles of different queues do not add up, and refused requests have no latency.
    guard parts.values.allSatisfy({ $0["error_rate"] == nil }) else { return nil }
    let mean = zip(system.queues, shares).reduce(0.0) { sum, each in
      sum + each.1 * (parts[each.0]?["latency.mean"] ?? 0)
    }
    return Oracle("\(shares.count) queues", first.source, [("latency.mean", mean)])
  }

  /// The same answers under another name.
  private init(_ name: String, _ other: Oracle) {
    system = name
    source = other.source
    answers = other.answers
  }

  /// The exact value of a figure; nil where theory has none.
  public subscript(figure: String) -> Double? { answers.first { $0.figure == figure }?.exact }
}

extension Oracle {
  /// Erlang's B formula, by its recursion, which holds for any service time.
  static func blocking(_ offered: Double, servers: Int) -> Double {
    (1...servers).reduce(1.0) { lost, count in
      offered * lost / (Double(count) + offered * lost)
    }
  }

  /// M/G/c/c: who finds no free server is turned away.
  @Sendable private static func erlangLoss(_ queue: KnownQueue) -> Oracle? {
    guard let servers = queue.servers, queue.places == 0, queue.patience == nil else { return nil }
    return Oracle(
      "M/G/\(servers)/\(servers)", "A. K. Erlang (1917), formula B",
      [
        ("error_rate", blocking(queue.offered, servers: servers)),
        ("latency.mean", queue.serviceMean + queue.delay),
      ])
  }

  /// M/M/c: how likely a request is longer in the system than a time, in seconds.
  private static func markovianTail(_ queue: KnownQueue, servers: Int) -> (Double) -> Double {
    let lost = blocking(queue.offered, servers: servers)
    let waits = lost / (1 - queue.load * (1 - lost))
    let rate = 1 / queue.serviceMean
    // In units in which a service takes 1 on average; the limit where both rates are equal.
    let gap = Double(servers) - queue.offered - 1
    return { time in
      let later = gap == 0 ? rate * time : (1 - Elementary.exp(-rate * time * gap)) / gap
      return Elementary.exp(-rate * time) * (1 + waits * later)
    }
  }

  /// M/M/c whose clients give up after a time, in which the queue does not learn of it.
  @Sendable private static func impatient(_ queue: KnownQueue) -> Oracle? {
    guard let patience = queue.patience, let servers = queue.servers, queue.isExponential,
      queue.isEndless
    else { return nil }
    let rest = patience - queue.delay
    let late = rest > 0 ? markovianTail(queue, servers: servers)(rest) : 1
    return Oracle(
      "M/M/\(servers), impatient", "A. K. Erlang (1917), formula C", [("error_rate", late)])
  }

  /// M/M/c: the mean and the percentiles of the time in the system.
  @Sendable private static func markovian(_ queue: KnownQueue) -> Oracle? {
    guard let servers = queue.servers, queue.isExponential, queue.isEndless,
      queue.patience == nil
    else { return nil }
    let lost = blocking(queue.offered, servers: servers)
    let waits = lost / (1 - queue.load * (1 - lost))
    let rate = 1 / queue.serviceMean
    let spare = Double(servers) * rate - queue.arrivalRate
    let tail = markovianTail(queue, servers: servers)
    func percentile(_ percent: Double) -> Double {
      var low = 0.0
      var high = 60 / min(rate, spare)
      for _ in 0..<200 {
        let middle = (low + high) / 2
        if tail(middle) > 1 - percent / 100 { low = middle } else { high = middle }
      }
      return high + queue.delay
    }
    return Oracle(
      "M/M/\(servers)", "A. K. Erlang (1917), formula C",
      [
        ("latency.mean", queue.serviceMean + waits / spare + queue.delay),
        ("latency.p50", percentile(50)), ("latency.p95", percentile(95)),
        ("latency.p99", percentile(99)),
      ])
  }

  /// M/M/c/K: so many may wait, the others are turned away.
  @Sendable private static func finite(_ queue: KnownQueue) -> Oracle? {
    guard let servers = queue.servers, queue.isExponential, queue.places <= 1_000_000,
      queue.patience == nil
    else { return nil }
    // The chances of each number of requests, up to a factor: first none waits, then some do.
    var weights = [1.0]
    for count in 1...(servers + queue.places) {
      let busy = Double(min(count, servers))
      weights.append(weights[count - 1] * queue.offered / busy)
      if weights[count] > 1e200 { weights = weights.map { $0 / 1e200 } }
    }
    let total = weights.reduce(0, +)
    let present = weights.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } / total
    let lost = weights[servers + queue.places] / total
    return Oracle(
      "M/M/\(servers)/\(servers + queue.places)",
      "L. Kleinrock, Queueing Systems 1 (1975), section 3.6",
      [
        ("error_rate", lost),
        ("latency.mean", present / (queue.arrivalRate * (1 - lost)) + queue.delay),
      ])
  }

  /// M/G/1, first come, first served: the mean.
  @Sendable private static func pollaczekKhinchine(_ queue: KnownQueue) -> Oracle? {
    guard queue.servers == 1, queue.isEndless, queue.patience == nil else { return nil }
    let wait =
      queue.load * queue.serviceMean * (1 + queue.serviceVariation) / (2 * (1 - queue.load))
    return Oracle(
      queue.serviceVariation == 0 ? "M/D/1" : "M/G/1",
      "F. Pollaczek (1930) and A. Y. Khinchine (1932)",
      [("latency.mean", queue.serviceMean + wait + queue.delay)])
  }

  /// M/G/1 with processor sharing: the mean, whatever the service time is like.
  @Sendable private static func processorSharing(_ queue: KnownQueue) -> Oracle? {
    guard queue.servers == nil, queue.load < 1, queue.patience == nil else { return nil }
    return Oracle(
      "M/G/1-PS", "L. Kleinrock, Queueing Systems 2 (1976), section 4.4",
      [("latency.mean", queue.serviceMean / (1 - queue.load) + queue.delay)])
  }
}
