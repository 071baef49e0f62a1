import ExperimentModel

extension KnownSystem {
  /// Demands that the run is long enough to forget its beginning, when nobody was there, unless it
  /// has a warm-up.
  ///
  /// What is measured from the start is too low by about the time that the system takes to settle,
  /// over the length of the run.
  ///
  /// - Throws: the obstacle that it is not.
  func checkLength(of run: RunSettings, _ extent: Extent) throws(Obstacle) {
    if run.findsWarmup || run.warmup > .zero { return }
    guard let length = length(of: run, extent), length < 10 * settlingTime else { return }
    throw Obstacle(
      "the run is too short to forget that it begins empty; give it a warm-up, "
        + "as in --set run.warmup=auto")
  }

  /// How long the run goes on, in seconds; nil where that is not known beforehand.
  private func length(of run: RunSettings, _ extent: Extent) -> Double? {
    if let end = run.duration { return end.inSeconds }
    switch (extent, source) {
    case (.duration(let duration), _): return duration.inSeconds
    case (.requests(let count), .poisson(let rate)): return Double(count) / rate
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
