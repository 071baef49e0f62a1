import ExperimentModel

/// What theory says about splitting in turn, and about clients who wait for answers.
extension Oracle {
  /// E_n/M/1: each of n queues gets every n-th request of a Poisson process.
  @Sendable static func inTurn(_ system: KnownSystem) -> Oracle? {
    guard case .poisson(let rate) = system.source, system.splitting == .inTurn,
      let queue = system.commonQueue, queue.servers == 1, queue.isExponential, queue.isEndless
    else { return nil }
    let count = system.queues.count
    let pace = rate * queue.serviceMean
    // A request that comes finds the server busy with the chance that solves σ = A*(μ (1 − σ)),
    // with the transform of n exponential gaps; from 0 on the iteration rises to it.
    var busy = 0.0
    for _ in 0..<100_000 {
      let transform = (0..<count).reduce(1.0) { product, _ in
        product * pace / (pace + 1 - busy)
      }
      let isFound = abs(transform - busy) < 1e-14
      busy = transform
      if isFound { break }
    }
    let mean = queue.serviceMean / (1 - busy)
    return Oracle(
      "\(count) × E_\(count)/M/1", "L. Kleinrock, Queueing Systems 1 (1975), section 6.4",
      [
        ("latency.mean", mean), ("latency.p50", mean * 0.693_147_180_560),
        ("latency.p95", mean * 2.995_732_273_554), ("latency.p99", mean * 4.605_170_185_988),
      ])
  }

  /// M/M/c//N, the machine repairmen: clients who pause, and one queue.
  ///
  /// The pauses may be distributed in any way, and so may the service on a core that all share.
  @Sendable static func repairmen(_ system: KnownSystem) -> Oracle? {
    guard case .clients(let clients, let think) = system.source, clients <= 1_000_000,
      system.queues.count == 1, let queue = system.commonQueue, queue.isProductForm,
      queue.places >= clients
    else { return nil }
    let servers = queue.servers ?? 1
    var busy = Double(min(clients, servers))
    if think > 0 {
      // The chances of each number of requests in the queue, up to a factor.
      var weight = 1.0
      var sum = 1.0
      var working = 0.0
      for count in 1...clients {
        let active = Double(min(count, servers))
        weight *= Double(clients - count + 1) / think * queue.serviceMean / active
        sum += weight
        working += weight * active
        if sum > 1e200 {
          weight /= 1e200
          sum /= 1e200
          working /= 1e200
        }
      }
      busy = working / sum
    }
    let throughput = busy / queue.serviceMean
    return Oracle(
      "M/M/\(servers)//\(clients)", "L. Kleinrock, Queueing Systems 1 (1975), section 3.8",
      [("throughput", throughput), ("latency.mean", Double(clients) / throughput - think)])
  }

  /// A closed network of several queues among which chance decides: mean value analysis.
  @Sendable static func closedNetwork(_ system: KnownSystem) -> Oracle? {
    guard case .clients(let clients, let think) = system.source,
      case .random(let shares) = system.splitting, clients * shares.count <= 100_000_000,
      system.queues.allSatisfy({
        ($0.servers ?? 1) == 1 && $0.isProductForm && $0.places >= clients
      })
    else { return nil }
    var lengths = shares.map { _ in 0.0 }
    var response = 0.0
    var throughput = 0.0
    for count in 1...clients {
      // Who arrives finds what the others alone would have left.
      for place in shares.indices {
        lengths[place] = shares[place] * system.queues[place].serviceMean * (1 + lengths[place])
      }
      response = lengths.reduce(0, +)
      throughput = Double(count) / (think + response)
      for place in shares.indices { lengths[place] *= throughput }
    }
    return Oracle(
      "closed network of \(shares.count) queues",
      "M. Reiser and S. S. Lavenberg, J. ACM 27 (1980): mean value analysis",
      [("throughput", throughput), ("latency.mean", response)])
  }
}

extension KnownSystem {
  /// The queue that all of them are like; nil where they differ.
  var commonQueue: KnownQueue? {
    queues.allSatisfy { $0 == queues[0] } ? queues[0] : nil
  }
}

extension KnownQueue {
  /// Whether the queues of a network of such ones are independent.
  ///
  /// After Baskett, Chandy, Muntz and Palacios, J. ACM 22 (1975).
  fileprivate var isProductForm: Bool { isExponential || servers == nil }
}
