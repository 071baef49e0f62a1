import SimulationEngine
import Statistics

/// The run second by second: what ended in each, and what the system was like at its end.
struct Seconds: Metric {
  /// Binary digits of the times that count: an error of 0.4 %.
  private static let precision = 7

  private var series = RunSeries()
  private var latency = Histogram(precision: Seconds.precision)
  private var failures = 0
  private var responses: [Histogram]
  private var failuresAt: [Int]
  private var before: ClusterReading

  init(backends: Int) {
    responses = Array(repeating: Histogram(precision: Self.precision), count: backends)
    failuresAt = Array(repeating: 0, count: backends)
    series.backends = Array(repeating: [], count: backends)
    before = ClusterReading(
      time: .zero, issued: 0, ended: 0,
      backends: Array(repeating: BackendReading(), count: backends))
  }

  mutating func absorb(_ batch: borrowing OutcomeBatch) {
    for index in 0..<batch.count {
      let outcome = batch[index]
      let backend = outcome.backend == .none ? nil : outcome.backend.int
      if outcome.ending == .succeeded {
        latency.record(Int(outcome.latency))
        if let backend { responses[backend].record(Int(outcome.response)) }
      } else {
        failures += 1
        if let backend { failuresAt[backend] += 1 }
      }
    }
  }

  mutating func endSecond(_ reading: ClusterReading) {
    defer { startNext(from: reading) }
    guard (series.clients.count + 1) * (responses.count + 1) <= RunSeries.limit else {
      series.isWhole = false
      return
    }
    let span = reading.time - before.time
    guard span > .zero else { return }
    series.clients.append(
      ClientSecond(
        start: (before.time - .zero).seconds, length: span.seconds,
        arrivals: reading.issued - before.issued, completions: latency.count, failures: failures,
        inFlight: reading.issued - reading.ended, latency: TimesOfSecond(latency)))
    for place in responses.indices {
      series.backends[place].append(second(of: place, reading.backends[place], span))
    }
  }

  private func second(
    of place: Int, _ reading: BackendReading, _ span: Nanoseconds
  ) -> BackendSecond {
    let before = before.backends[place]
    let available = reading.usage.available - before.usage.available
    // Where any amount of CPU time is there, what counts is whether it was busy.
    let part =
      available.isFinite
      ? (reading.usage.used - before.usage.used) / max(available, 1)
      : (reading.usage.busy - before.usage.busy) / Double(span.count)
    return BackendSecond(
      picks: reading.picked - before.picked, completions: responses[place].count,
      failures: failuresAt[place], response: TimesOfSecond(responses[place]),
      queueMean: (reading.usage.waited - before.usage.waited) / Double(span.count),
      inService: reading.inService, utilization: min(1, max(0, part)),
      throttledSeconds: (reading.usage.throttled - before.usage.throttled) / 1e9,
      state: reading.state, health: reading.health, balancers: reading.balancers)
  }

  private mutating func startNext(from reading: ClusterReading) {
    before = reading
    failures = 0
    if latency.count > 0 { latency = Histogram(precision: Self.precision) }
    for place in responses.indices {
      failuresAt[place] = 0
      if responses[place].count > 0 { responses[place] = Histogram(precision: Self.precision) }
    }
  }

  func summarise(into result: inout RunResult) { result.series = series }
}
