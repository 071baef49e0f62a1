import Statistics

/// The response times that clients measured, of requests that succeeded.
struct Latency: Metric {
  private var histogram = Histogram()

  init(backends: Int) {}

  mutating func absorb(_ batch: borrowing OutcomeBatch) {
    for index in 0..<batch.count {
      let outcome = batch[index]
      if outcome.isMeasured && outcome.ending == .succeeded {
        histogram.record(Int(outcome.latency))
      }
    }
  }

  func summarise(into result: inout RunResult) { result.latency = histogram }
}
