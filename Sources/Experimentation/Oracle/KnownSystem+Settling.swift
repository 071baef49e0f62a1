import ExperimentModel
import SimulationEngine

extension KnownSystem {
  /// Demands that what is measured has forgotten the beginning, when nobody was there.
  ///
  /// After a warm-up of w a mean over a length L is too low by about the part e^(−w/s) s/L of
  /// itself, where s is the time that the system takes to settle. That must be a tenth at most, and
  /// less than what chance does to all replications together. A warm-up that is still to be found
  /// is trusted.
  ///
  /// - Throws: the obstacle that it has not.
  func checkLength(of topology: Topology) throws(Obstacle) {
    let run = topology.run
    let start = topology.clients[0].start.inSeconds
    if run.findsWarmup { return }
    guard let end = length(of: run, topology.clients[0].workload.extent, from: start) else {
      return
    }
    let warmup = run.warmup.inSeconds
    try Self.demand(
      max(warmup, start) < end, "nothing is measured: the warm-up lasts as long as the run")
    let settling = settlingTime
    let forgotten = Elementary.exp(-max(0, warmup - start) / settling)
    let least = Double(max(10, (run.replications ?? 1) / 2)) * settling * forgotten
    guard end - max(warmup, start) < least else { return }
    throw Obstacle(
      queues.contains { $0.load >= 1 }
        ? "more work arrives than can be done, and the run ends before the room is full of it"
        : "the run is too short to forget that it begins empty; give it a "
          + (warmup > 0 ? "longer warm-up" : "warm-up, as in --set run.warmup=auto"))
  }

  /// Demands that all closed clients are at work while the run is measured, and not in step.
  ///
  /// - Throws: the first obstacle.
  func checkClients(of topology: Topology) throws(Obstacle) {
    guard case .closed(let loop) = topology.clients[0].workload,
      case .clients(let count, let think) = source, let end = topology.run.duration?.inSeconds
    else { return }
    let start = topology.clients[0].start.inSeconds
    try Self.demand(
      start <= topology.run.warmup.inSeconds,
      "clients begin after the measurement; give it a warm-up")
    switch loop.extent {
    case .duration(let duration):
      try Self.demand(start + duration.inSeconds >= end, "clients stop before the run ends")
    case .requests(let requests):
      let fastest = queues.map(\.serviceMean).min() ?? 0
      let served = queues.reduce(0) { $0 + Double($1.servers ?? 1) / $1.serviceMean }
      let most = min(served, Double(count) / (think + fastest)) * (end - start)
      try Self.demand(
        Double(requests) > 1.1 * most, "clients may have sent all requests before the run ends")
    case .untilRunEnds: break
    }
    let services = topology.backends.flatMap(\.service.stages)
    try Self.demand(
      !(loop.think ?? .constant(.zero)).isDiscrete || !services.allSatisfy(\.isDiscrete),
      "neither pauses nor service vary continuously, so that clients stay in step")
  }

  /// When the run ends, in seconds; nil where that is not known beforehand.
  private func length(of run: RunSettings, _ extent: Extent, from start: Double) -> Double? {
    if let end = run.duration { return end.inSeconds }
    switch (extent, source) {
    case (.duration(let duration), _): return start + duration.inSeconds
    case (.requests(let count), .poisson(let rate)): return start + Double(count) / rate
    case (.requests, .clients), (.untilRunEnds, _): return nil
    }
  }

  /// In what time a disturbance of the slowest queue falls to 1/e, in seconds; for closed clients
  /// about one round of all.
  private var settlingTime: Double {
    switch source {
    case .clients(let count, let think):
      let slowest = queues.map(\.serviceMean).max() ?? 0
      return think + slowest * Double(count) / Double(queues.count)
    case .poisson:
      if case .shortest = splitting {
        // Queues of which the shortest is chosen are short; found by simulation from 0.7 to 0.95.
        return queues.map { 2 * $0.serviceMean / max(0, 1 - $0.load) }.max() ?? 0
      }
      return queues.map(\.settlingTime).max() ?? 0
    }
  }
}

extension KnownQueue {
  /// The relaxation time of M/G/1, spread over the servers; of a finite queue no longer than its
  /// places need to empty.
  ///
  /// Source: A. R. Odoni and E. Roth, Operations Research 31 (1983).
  fileprivate var settlingTime: Double {
    let servers = Double(servers ?? 1)
    let spread = serviceMean * (1 + serviceVariation) / 2 / servers
    let room = Double(places) + servers
    let root = load < 1 ? 1 - load.squareRoot() : 0
    return serviceMean + spread * min(room * room, 1 / (root * root))
  }
}

extension ServiceStage {
  /// Whether it lasts one of a few times, as clients that are in step stay.
  fileprivate var isDiscrete: Bool {
    switch self {
    case .cpu(let time), .io(let time): time.isDiscrete
    }
  }
}

extension Distribution {
  /// Whether it has a few values only.
  fileprivate var isDiscrete: Bool {
    switch self {
    case .constant, .empirical: true
    case .mixture(let parts): parts.allSatisfy { $0.of.isDiscrete }
    default: false
    }
  }
}
