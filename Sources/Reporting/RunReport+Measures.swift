import ExperimentModel

extension RunReport {
  /// The figure of this name in the unit of its measure; nil for a backend that is not there, and
  /// for a time that no request took: where none succeeds, 0 would look like the best.
  public func figure(_ reference: MeasuredFigure) -> Figure? {
    guard let name = reference.backend else { return figure(reference.measure.name) }
    return backends.first { $0.name == name }?.figure(reference.measure.name)
  }

  private func figure(_ name: String) -> Figure? {
    if let part = name.afterPrefix("latency.") { return latency.figure(part) }
    return switch name {
    case "error_rate": errorRate
    case "throughput": throughputPerSecond
    case "requests.issued": Figure(Double(requests.issued))
    case "requests.succeeded": Figure(Double(requests.succeeded))
    case "requests.failed": Figure(Double(requests.failed))
    case "requests.unfinished": Figure(Double(requests.unfinished))
    case "failures.status_502": Figure(Double(failures.status502))
    case "failures.status_503": Figure(Double(failures.status503))
    case "failures.status_504": Figure(Double(failures.status504))
    case "failures.status_other": Figure(Double(failures.statusOther ?? 0))
    case "failures.client_timeout": Figure(Double(failures.clientTimeout))
    case "failures.connection": Figure(Double(failures.connection))
    default: preconditionFailure("every measure of a run has a figure, also \(name)")
    }
  }
}

extension RunReport.Backend {
  fileprivate func figure(_ name: String) -> Figure? {
    if let part = name.afterPrefix("response.") { return response.figure(part) }
    return switch name {
    case "share": share
    case "utilization": utilization
    case "picked": Figure(Double(picked))
    case "succeeded": Figure(Double(succeeded))
    case "failed": Figure(Double(failed))
    case "queue_mean": queueMean
    case "throttled_s": throttledSeconds
    case "restarts": Figure(Double(restarts))
    case "oom_kills": Figure(Double(outOfMemoryKills))
    case "memory_peak_bytes": Figure(Double(memoryPeakBytes))
    default: preconditionFailure("every measure of a backend has a figure, also \(name)")
    }
  }
}

extension LatencyFigures {
  /// The figure by the last part of its name; nil where there was no time.
  fileprivate func figure(_ part: String) -> Figure? {
    guard !isEmpty else { return nil }
    return switch part {
    case "mean": mean
    case "p50": p50
    case "p90": p90
    case "p95": p95
    case "p99": p99
    case "p99_9": p99_9
    case "max": max
    default: preconditionFailure("every figure of a distribution has a name, also \(part)")
    }
  }
}

extension String {
  fileprivate func afterPrefix(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
