import SimulationEngine
import Statistics

/// What became of the requests picked for each backend, and how long they took there.
struct BackendResponse: Metric {
  private var histograms: [Histogram]
  private var succeeded: [Int]
  private var failed: [Int]
  private let latest: LatestResponses

  init(backends: Int) {
    let empty = Histogram(precision: BackendResponse.precision(backends: backends))
    histograms = Array(repeating: empty, count: backends)
    succeeded = Array(repeating: 0, count: backends)
    failed = succeeded
    latest = LatestResponses(backends: backends)
  }

  /// The precision at which the histograms of all backends take at most 256 MB with values up to
  /// 100 s, 27 octaves of 8 bytes a bucket: the standard one up to 1,000 backends.
  private static func precision(backends: Int) -> Int {
    var precision = Histogram.standardPrecision
    while precision > 2 && backends * 27 * 8 << precision > 256 << 20 { precision -= 1 }
    return precision
  }

  mutating func absorb(_ batch: borrowing OutcomeBatch) {
    if batch.areAllMeasured && histograms.count == 1 {
      succeeded[0] += batch.count
      return histograms[0].record(count: batch.count) { Int(batch[$0].response) }
    }
    let areMany = BackendPool.outgrowsCache(histograms.count)
    for index in 0..<batch.count {
      if areMany { latest.fetch(batch[min(index + 8, batch.count - 1)].backend) }
      let outcome = batch[index]
      if outcome.backend == .none { continue }
      let backend = outcome.backend.int
      if outcome.ending != .succeeded {
        failed[backend] += 1
      } else if !outcome.isMeasured {
        succeeded[backend] += 1
      } else if latest.append(Int(outcome.response), of: backend) {
        recordLatest(of: backend)
      }
    }
  }

  private mutating func recordLatest(of backend: Int) {
    let responses = latest.removeAll(of: backend)
    succeeded[backend] += responses.count
    histograms[backend].record(count: responses.count) { responses.values[$0] }
  }

  mutating func summarise(into result: inout RunResult) {
    for backend in 0..<latest.backends { recordLatest(of: backend) }
    for backend in histograms.indices {
      result.backends[backend].succeeded = succeeded[backend]
      result.backends[backend].failed = failed[backend]
      result.backends[backend].response = histograms[backend]
    }
  }
}

/// The latest response times of each backend, until there are enough to be recorded.
///
/// The histograms of ten thousand backends lie all over the memory. Fifteen values at a time fetch
/// the one of theirs once and not fifteen times.
private final class LatestResponses {
  /// Values that wait to be recorded.
  struct Row: BitwiseCopyable {
    var count = 0
    var values = InlineArray<15, Int>(repeating: 0)
  }

  private let rows: Column<Row>

  init(backends: Int) { rows = Column(repeating: Row(), count: backends) }

  /// How many backends there are.
  var backends: Int { rows.count }

  /// Begins to fetch the row of a backend that has a response time soon.
  @inline(__always)
  func fetch(_ backend: BackendIndex) { if backend != .none { rows.fetch(backend.int) } }

  /// Adds the response time of a backend; true when there is no room for another one.
  func append(_ response: Int, of backend: Int) -> Bool {
    let count = rows[backend].count
    rows[backend].values[count] = response
    rows[backend].count = count + 1
    return count + 1 == 15
  }

  /// Takes the response times of a backend out.
  func removeAll(of backend: Int) -> Row {
    defer { rows[backend].count = 0 }
    return rows[backend]
  }
}
