/// How many requests ended well, and how the others failed.
struct RequestCount: Metric {
  private var succeeded = 0
  private var failures = FailureCounts()

  init(backends: Int) {}

  mutating func absorb(_ batch: borrowing OutcomeBatch) {
    if batch.areAllMeasured {
      succeeded += batch.count
      return
    }
    var good = 0
    for index in 0..<batch.count where batch[index].ending == .succeeded { good &+= 1 }
    succeeded += good
    if good < batch.count { absorbFailures(batch) }
  }

  private mutating func absorbFailures(_ batch: borrowing OutcomeBatch) {
    for index in 0..<batch.count {
      switch batch[index].ending {
      case .succeeded: break
      case .status502: failures.status502 += 1
      case .status503: failures.status503 += 1
      case .status504: failures.status504 += 1
      case .statusOther: failures.statusOther += 1
      case .clientTimeout: failures.clientTimeout += 1
      case .connection: failures.connection += 1
      }
    }
  }

  func summarise(into result: inout RunResult) {
    result.requests.succeeded = succeeded
    result.requests.failed =
      failures.status502 + failures.status503 + failures.status504 + failures.statusOther
      + failures.clientTimeout + failures.connection
    result.failures = failures
  }
}
