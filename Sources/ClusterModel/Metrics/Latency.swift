import Statistics

/// The response times that clients measured, of requests that succeeded.
struct Latency: Metric {
  private var histogram = Histogram()

  init(backends: Int) {}

  mutating func absorb(_ batch: borrowing OutcomeBatch) {
    if batch.areAllMeasured {
      return histogram.record(count: batch.count) { Int(batch[$0].latency) }
    }
    histogram.record(count: batch.count) { index in
      let outcome = batch[index]
      return outcome.isMeasured && outcome.ending == .succeeded ? Int(outcome.latency) : -1
    }
  }

  func summarise(into result: inout RunResult) { result.latency = histogram }
}
