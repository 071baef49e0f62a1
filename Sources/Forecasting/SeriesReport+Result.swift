import ClusterModel
import ExperimentModel
import Reporting

extension SeriesReport {
  /// The report on a run that was told second by second.
  init(_ series: RunSeries, of topology: Topology) {
    self.init(
      starts: series.clients.map(\.start),
      lengths: series.clients.map(\.length),
      clients: Track(
        name: "clients",
        values: Self.ofClients.mapValues { series.clients.map($0) }),
      backends: zip(topology.backends, series.backends).map { backend, seconds in
        Track(
          name: backend.name,
          values: Self.ofBackends.mapValues { seconds.map($0) },
          states: seconds.map(\.state.rawValue), health: seconds.map(\.health.rawValue))
      },
      isWhole: series.isWhole)
  }

  /// What is told of the clients, a line a column.
  private static var ofClients: [Quantity: (ClientSecond) -> Double] {
    [
      .arrivals: { Double($0.arrivals) },
      .completions: { Double($0.completions) },
      .failures: { Double($0.failures) },
      .inFlight: { Double($0.inFlight) },
      .mean: { $0.latency.mean / 1e6 },
      .p50: { $0.latency.p50 / 1e6 },
      .p90: { $0.latency.p90 / 1e6 },
      .p99: { $0.latency.p99 / 1e6 },
      .max: { $0.latency.max / 1e6 },
    ]
  }

  /// What is told of a backend, a line a column.
  private static var ofBackends: [Quantity: (BackendSecond) -> Double] {
    [
      .arrivals: { Double($0.picks) },
      .completions: { Double($0.completions) },
      .failures: { Double($0.failures) },
      .mean: { $0.response.mean / 1e6 },
      .p50: { $0.response.p50 / 1e6 },
      .p90: { $0.response.p90 / 1e6 },
      .p99: { $0.response.p99 / 1e6 },
      .max: { $0.response.max / 1e6 },
      .queue: { $0.queueMean },
      .inService: { Double($0.inService) },
      .utilization: { $0.utilization },
      .throttled: { $0.throttledSeconds },
      .balancers: { Double($0.balancers) },
    ]
  }
}

extension TraceReport {
  /// The report on a request that was traced.
  init(_ trace: RequestTrace) {
    self.init(
      number: trace.number, client: trace.client, sentSeconds: trace.sentSeconds,
      latencyMilliseconds: trace.latency * 1000, ending: trace.ending,
      hops: trace.hops.map {
        Hop(milliseconds: $0.seconds * 1000, hop: $0.stage.rawValue, node: $0.node)
      })
  }
}

extension RunTimeline {
  /// What happened in a run of a topology, which took so many seconds.
  init(_ result: RunResult, of topology: Topology, length: Double) {
    let faults = FaultOccurrence.all(of: topology) { _, _ in [] }.map { occurrence in
      let from = occurrence.at.inSeconds
      return Fault(
        fault: occurrence.fault.name, targets: occurrence.targets, from: from,
        until: occurrence.duration.map { from + $0.inSeconds })
    }
    let events =
      result.containerEvents.map {
        Event(at: $0.seconds, backend: $0.backend, event: $0.kind.rawValue)
      }
      + result.trustChanges.map {
        Event(
          at: $0.seconds, backend: $0.backend, event: $0.isTrusted ? "marked up" : "marked down",
          balancer: $0.balancer)
      }
    let inOrder = events.enumerated().sorted {
      ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
    }
    self.init(
      faults: faults.filter { $0.from < length },
      events: inOrder.map(\.element))
  }
}
