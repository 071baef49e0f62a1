import Statistics

/// What became of the requests picked for each backend, and how long they took there.
struct BackendResponse: Metric {
  private var histograms: [Histogram]
  private var succeeded: [Int]
  private var failed: [Int]

  init(backends: Int) {
    histograms = Array(repeating: Histogram(), count: backends)
    succeeded = Array(repeating: 0, count: backends)
    failed = succeeded
  }

  mutating func absorb(_ batch: borrowing OutcomeBatch) {
    for index in 0..<batch.count {
      let outcome = batch[index]
      if outcome.backend == .none { continue }
      let backend = outcome.backend.int
      if outcome.ending != .succeeded {
        failed[backend] += 1
        continue
      }
      succeeded[backend] += 1
      if outcome.isMeasured { histograms[backend].record(Int(outcome.response)) }
    }
  }

  func summarise(into result: inout RunResult) {
    for backend in histograms.indices {
      result.backends[backend].succeeded = succeeded[backend]
      result.backends[backend].failed = failed[backend]
      result.backends[backend].response = histograms[backend]
    }
  }
}
