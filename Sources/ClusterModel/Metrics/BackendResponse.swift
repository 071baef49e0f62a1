import Statistics

/// What became of the requests picked for each backend, and how long they took there.
struct BackendResponse: Metric {
  private var histograms: [Histogram]
  private var succeeded: [Int]
  private var failed: [Int]

  init(backends: Int) {
    let empty = Histogram(precision: BackendResponse.precision(backends: backends))
    histograms = Array(repeating: empty, count: backends)
    succeeded = Array(repeating: 0, count: backends)
    failed = succeeded
  }

  /// The precision at which the histograms of all backends take at most 256 MB with values up to
  /// 100 s, 27 octaves of 8 bytes a bucket: the standard one up to 1,000 backends.
  private static func precision(backends: Int) -> Int {
    var precision = Histogram.standardPrecision
    while precision > 2 && backends * 27 * 8 << precision > 256 << 20 { precision -= 1 }
    return precision
  }

  mutating func absorb(_ batch: borrowing OutcomeBatch) {
    if histograms.count <= BackendResponse.few { return absorbForEach(batch) }
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

  /// So few backends that looking through a batch once for each costs less than looking up the
  /// backend of each outcome.
  private static var few: Int { 4 }

  private mutating func absorbForEach(_ batch: borrowing OutcomeBatch) {
    for backend in histograms.indices {
      var ended = 0
      var good = 0
      for index in 0..<batch.count where batch[index].backend.int == backend {
        ended &+= 1
        good &+= batch[index].ending == .succeeded ? 1 : 0
      }
      succeeded[backend] += good
      failed[backend] += ended - good
      histograms[backend].record(count: batch.count) { index in
        let outcome = batch[index]
        let counts =
          outcome.backend.int == backend && outcome.ending == .succeeded && outcome.isMeasured
        return counts ? Int(outcome.response) : -1
      }
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
