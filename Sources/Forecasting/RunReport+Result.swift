import ClusterModel
import ExperimentModel
import Experimentation
import Reporting
import Statistics

extension RunReport {
  /// The report on the replications of a topology.
  public init(_ result: ReplicatedResult, of topology: Topology, took wallTime: Duration) {
    let total = result.total
    self.init(
      name: topology.name,
      strategy: total.strategy,
      seed: topology.run.seed,
      replications: result.replications.count,
      simulatedSeconds: total.simulatedSeconds,
      events: total.events,
      requests: Requests(total.requests),
      failures: Failures(total.failures),
      errorRate: Figure(result.errorRate),
      throughputPerSecond: Figure(result.throughput),
      latency: LatencyFigures(result),
      backends: total.backends.indices.map { Backend(total.backends[$0], result.backend(at: $0)) },
      wallSeconds: wallTime.inSeconds)
    confidence = Confidence(
      effectiveSamples: result.effectiveSamples,
      warmup: result.warmup.map { .init(seconds: $0.duration.inSeconds, isSettled: $0.isSettled) },
      precision: result.precision.map { .init(asked: $0.asked, reached: $0.reached) })
    timeline = RunTimeline(
      total, of: topology,
      length: total.simulatedSeconds / Double(result.replications.count))
    series = total.series.map { SeriesReport($0, of: topology) }
    traces = total.traces.map(TraceReport.init)
    theory = TheoryReport(topology, of: result, beside: self)
  }
}

extension TheoryReport {
  /// What theory says about a topology, beside what was simulated.
  fileprivate init(_ topology: Topology, of result: ReplicatedResult, beside report: RunReport) {
    do throws(KnownSystem.Obstacle) {
      let oracle = try Oracle(topology, asIn: result)
      let t = StudentT(degrees: max(1, report.replications - 1)).quantile(confidence: 0.95)
      let rows = oracle.answers.compactMap { answer -> Row? in
        guard let measure = MeasureCatalog.ofRun.first(where: { $0.name == answer.figure }),
          let figure = report.figure(MeasuredFigure(measure))
        else { return nil }
        let exact = answer.exact * (measure.unit == .time ? 1_000 : 1)
        let z = figure.interval.flatMap { interval -> Double? in
          // Towards the exact value, so that it lies outside of the interval where z says so; an
          // end at 0 may be cut off.
          let isAbove = exact > figure.value || interval.lowerBound == 0
          let width =
            isAbove ? interval.upperBound - figure.value : figure.value - interval.lowerBound
          return width > 0 ? (figure.value - exact) / width * t : nil
        }
        return Row(figure: answer.figure, exact: exact, simulated: figure.value, z: z)
      }
      self.init(system: oracle.system, source: oracle.source, obstacle: nil, rows: rows)
    } catch {
      self.init(system: nil, source: nil, obstacle: error.reason, rows: [])
    }
  }
}

extension Figure {
  /// The figure of an estimate, in a unit that is so many times as large.
  public init(_ estimate: Estimate, per scale: Double = 1) {
    self.init(
      estimate.value / scale,
      interval: estimate.interval.map { ($0.lowerBound / scale)...($0.upperBound / scale) })
  }
}

extension LatencyFigures {
  /// The latencies of all replications, in milliseconds; the longest of all has no interval.
  fileprivate init(_ result: ReplicatedResult) {
    func percentile(_ percent: Double) -> Figure {
      Figure(result.latencyPercentile(percent), per: 1e6)
    }
    self.init(
      mean: Figure(result.latencyMean, per: 1e6), p50: percentile(50), p90: percentile(90),
      p95: percentile(95), p99: percentile(99), p99_9: percentile(99.9),
      max: Figure(Double(result.total.latency.max) / 1e6))
  }
}

extension RunReport.Requests {
  fileprivate init(_ counts: RequestCounts) {
    self.init(
      issued: counts.issued, succeeded: counts.succeeded, failed: counts.failed,
      unfinished: counts.unfinished)
    if counts.attempts > counts.issued { attempts = counts.attempts }
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
  fileprivate init(_ result: BackendResult, _ estimates: ReplicatedResult.BackendEstimates) {
    var response = LatencyFigures(nanoseconds: result.response)
    response.mean = Figure(estimates.responseMean, per: 1e6)
    self.init(
      name: result.name,
      picked: result.picked,
      succeeded: result.succeeded,
      failed: result.failed,
      share: Figure(estimates.share),
      utilization: Figure(estimates.utilization),
      throttledSeconds: Figure(estimates.throttledSeconds),
      queueMean: Figure(estimates.queueMean),
      response: response,
      memoryPeakBytes: result.memoryPeakBytes,
      outOfMemoryKills: result.outOfMemoryKills,
      restarts: result.restarts)
  }
}
