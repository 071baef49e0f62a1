import ClusterModel
import ExperimentModel
import Reporting

extension RunReport {
  /// The report on a run's result.
  init(_ result: RunResult, of topology: Topology, took wallTime: Duration) {
    self.init(
      name: topology.name,
      strategy: result.strategy,
      seed: topology.run.seed,
      simulatedSeconds: result.simulatedSeconds,
      events: result.events,
      requests: Requests(result.requests),
      failures: Failures(result.failures),
      throughputPerSecond: Figure(result.throughputPerSecond),
      latency: LatencyFigures(nanoseconds: result.latency),
      backends: result.backends.map(Backend.init),
      wallSeconds: wallTime.inSeconds)
  }
}

extension RunReport.Requests {
  fileprivate init(_ counts: RequestCounts) {
    self.init(
      issued: counts.issued, succeeded: counts.succeeded, failed: counts.failed,
      unfinished: counts.unfinished)
  }
}

extension RunReport.Failures {
  fileprivate init(_ counts: FailureCounts) {
    self.init(
      status502: counts.status502, status503: counts.status503, status504: counts.status504,
      clientTimeout: counts.clientTimeout, connection: counts.connection,
      statusOther: counts.statusOther == 0 ? nil : counts.statusOther)
  }
}

extension RunReport.Backend {
  fileprivate init(_ result: BackendResult) {
    self.init(
      name: result.name,
      picked: result.picked,
      succeeded: result.succeeded,
      failed: result.failed,
      share: Figure(result.share),
      utilization: Figure(result.utilization),
      throttledSeconds: Figure(result.throttledSeconds),
      queueMean: Figure(result.queueMean),
      response: LatencyFigures(nanoseconds: result.response),
      memoryPeakBytes: result.memoryPeakBytes,
      outOfMemoryKills: result.outOfMemoryKills,
      restarts: result.restarts)
  }
}
