import SimulationEngine

/// The beginning of the measurement, and the readings of a system at the end of each second, where
/// a run is to be told second by second.
extension Cluster {
  /// Hands what has come to an end, and what the system is like, to the metrics.
  @inline(never)
  mutating func endSecond() {
    read(at: secondEnds)
    secondEnds = min(runEnds, secondEnds + .second)
  }

  /// The warm-up is over.
  @inline(never)
  mutating func startMeasuring() {
    keepUsage()
    for index in 0..<backends.count {
      backends.restartUsage(of: BackendIndex(index), at: queue.now + backendPaths[index].ahead)
    }
  }

  /// The run is over in the midst of a second.
  mutating func endLastSecond() { read(at: latest) }

  private mutating func read(at time: Instant) {
    flushOutcomes()
    let reading = ClusterReading(
      time: time, issued: Int(issued), ended: Int(ended),
      backends: (0..<backends.count).map { self.reading(of: BackendIndex($0), at: time) })
    for index in metrics.indices { metrics[index].endSecond(reading) }
  }

  private func reading(of backend: BackendIndex, at time: Instant) -> BackendReading {
    var reading = backends.reading(of: backend, at: time + backendPaths[backend.int].ahead)
    if !usageBefore.isEmpty { reading.usage = usageBefore[backend.int] + reading.usage }
    reading.picked = picked[backend.int]
    reading.health = monitors[backend.int].health
    reading.balancers = (0..<balancers.count).count {
      balancers[BalancerIndex($0)].upstream.trusts(backend)
    }
    return reading
  }

  /// The measurement begins, and what backends have used is counted from zero; the seconds go on.
  mutating func keepUsage() {
    guard isReadEachSecond else { return }
    usageBefore = (0..<backends.count).map { place in
      backends.reading(of: BackendIndex(place), at: queue.now + backendPaths[place].ahead).usage
    }
  }

  /// Whether anybody wants to know what the system is like at the end of each second.
  var isReadEachSecond: Bool { recording.contains(.seconds) }
}

extension Nanoseconds {
  /// A second.
  static var second: Nanoseconds { Nanoseconds(1_000_000_000) }
}
