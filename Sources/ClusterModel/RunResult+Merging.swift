import Statistics

extension RunResult {
  /// Adds another run of the same topology: counts, lengths and histograms are summed up.
  ///
  /// What is a rate or a share of one run (throughput, share, utilization, queue) is left as it is.
  public mutating func merge(_ other: RunResult) {
    precondition(other.backends.count == backends.count, "runs of one topology merge")
    simulatedSeconds += other.simulatedSeconds
    events += other.events
    requests.issued += other.requests.issued
    requests.attempts += other.requests.attempts
    requests.succeeded += other.requests.succeeded
    requests.failed += other.requests.failed
    requests.unfinished += other.requests.unfinished
    failures.status502 += other.failures.status502
    failures.status503 += other.failures.status503
    failures.status504 += other.failures.status504
    failures.statusOther += other.failures.statusOther
    failures.clientTimeout += other.failures.clientTimeout
    failures.connection += other.failures.connection
    latency.merge(other.latency)
    for index in backends.indices {
      backends[index].picked += other.backends[index].picked
      backends[index].succeeded += other.backends[index].succeeded
      backends[index].failed += other.backends[index].failed
      backends[index].restarts += other.backends[index].restarts
      backends[index].outOfMemoryKills += other.backends[index].outOfMemoryKills
      backends[index].memoryPeakBytes = max(
        backends[index].memoryPeakBytes, other.backends[index].memoryPeakBytes)
      backends[index].response.merge(other.backends[index].response)
    }
  }
}
