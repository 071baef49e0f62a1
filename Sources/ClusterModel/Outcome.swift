import SimulationEngine

/// How one request ended: a row of the batches that metrics absorb.
struct Outcome: BitwiseCopyable {
  /// From the client's send to the client's receipt, in nanoseconds.
  let latency: Int64
  /// When the client sent it, in nanoseconds of the run.
  let sent: Int64
  /// From the balancer's pick to the answer at the balancer, in nanoseconds.
  let response: Int64
  let backend: BackendIndex
  let ending: Ending
  /// Whether it was sent after the warm-up.
  let isMeasured: Bool
}

/// Outcomes on their way to the metrics, so that those work seldom and on many.
struct OutcomeBatch: ~Copyable {
  /// How many outcomes a full batch holds: so few that they stay in the fastest cache.
  static var capacity: Int { 1_024 }

  private let rows = Column(
    repeating: Outcome(
      latency: 0, sent: 0, response: 0, backend: BackendIndex(0), ending: .succeeded,
      isMeasured: false),
    count: OutcomeBatch.capacity)
  /// How many outcomes it holds.
  private(set) var count = 0
  /// Whether all of them are of requests that succeeded and were sent after the warm-up: nearly
  /// every batch, and then no metric has to look at each.
  private(set) var areAllMeasured = true

  subscript(index: Int) -> Outcome { rows[index] }

  /// Adds an outcome; true when the batch is then full.
  @inline(__always)
  mutating func append(_ outcome: Outcome) -> Bool {
    rows[count] = outcome
    areAllMeasured = areAllMeasured && outcome.isMeasured && outcome.ending == .succeeded
    count &+= 1
    return count == OutcomeBatch.capacity
  }

  mutating func removeAll() {
    count = 0
    areAllMeasured = true
  }
}
