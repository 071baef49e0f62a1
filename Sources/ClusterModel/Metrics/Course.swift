/// Latencies in the order of the requests' ends, five by five, in which a warm-up shows.
struct Course: Metric {
  /// The requests of a batch: the five of MSER-5.
  private static let batchSize = 5
  /// The number of batches at which two become one, so that a long run needs no more memory.
  private static let mostBatches = 1 << 18

  private var batches: [CourseBatch] = []
  /// How many batches of the smallest size a batch stands for.
  private var merged = 1
  private var sum = 0.0
  private var count = 0
  private var sent: Int64 = 0

  init(backends: Int) {}

  mutating func absorb(_ batch: borrowing OutcomeBatch) {
    for index in 0..<batch.count where batch[index].ending == .succeeded {
      let outcome = batch[index]
      if count == 0 { sent = outcome.sent }
      sum += Double(outcome.latency)
      count += 1
      if count == Self.batchSize * merged { close() }
    }
  }

  private mutating func close() {
    batches.append(CourseBatch(sent: sent, latency: sum / Double(count)))
    (sum, count) = (0, 0)
    guard batches.count == Self.mostBatches else { return }
    batches = stride(from: 0, to: batches.count, by: 2).map {
      CourseBatch(
        sent: batches[$0].sent, latency: (batches[$0].latency + batches[$0 + 1].latency) / 2)
    }
    merged *= 2
  }

  func summarise(into result: inout RunResult) { result.course = batches }
}
