import ExperimentModel
import SimulationEngine

/// What is told of single requests, where that is asked for.
extension Cluster {
  /// Something happens to a request.
  @inline(__always)
  mutating func trace(_ stage: RequestTrace.Stage, _ request: RequestIndex, at time: Instant) {
    if tracer.isOn { tracer.note(stage, request, requests[request], at: time) }
  }

  /// A request has reached a backend, which does something with it.
  @inline(__always)
  mutating func trace(
    _ admission: BackendPool.Admission, _ request: RequestIndex, at time: Instant
  ) {
    guard tracer.isOn else { return }
    let stage: RequestTrace.Stage =
      switch admission {
      case .inService, .outOfMemory: .began
      case .waits: .queued
      case .noRoom: .noRoom
      case .refused: .refused
      case .unreachable: .unreachable
      }
    tracer.note(stage, request, requests[request], at: time)
  }

  /// A backend may have begun with a request, or with the next stage of one.
  @inline(__always)
  mutating func traceBeginning(at backend: BackendIndex, at time: Instant) {
    guard tracer.isOn else { return }
    let request = backends.lastBegun(at: backend)
    if request == .none || requests[request].backend != backend { return }
    tracer.note(.began, request, requests[request], at: time)
  }

  /// A request has ended for its client; those of the warm-up are not kept.
  mutating func traceEnd(of request: RequestIndex, as ending: Ending, at time: Instant) {
    let row = requests[request]
    tracer.end(request, row, as: ending, at: time, counts: row.born >= measuredFrom)
  }

  /// The traces of the slowest requests, the slowest first.
  func traces() -> [RequestTrace] {
    tracer.slowest.map { record in
      RequestTrace(
        number: Int(record.serial), client: topology.clients[record.client.int].name,
        sentSeconds: (record.sent - .zero).seconds, latency: record.latency.seconds,
        ending: record.ending.word,
        hops: record.hops.map { hop in
          RequestTrace.Hop(
            seconds: (hop.time - record.sent).seconds, stage: hop.stage,
            node: node(of: hop, sentBy: record.client))
        })
    }
  }

  private func node(of hop: Tracer.Hop, sentBy client: ClientIndex) -> String {
    switch hop.stage {
    case .sent, .sentAgain, .received, .gaveUp: topology.clients[client.int].name
    case .reachedBalancer: topology.balancers.count == 1 ? topology.balancer.name : "balancer"
    case .picked, .queued, .noRoom, .refused, .unreachable, .began, .served, .answered, .failed:
      hop.backend == .none ? "balancer" : topology.backends[hop.backend.int].name
    }
  }
}

extension Ending {
  /// The word for it in results.
  fileprivate var word: String {
    switch self {
    case .succeeded: "succeeded"
    case .status502: "status_502"
    case .status503: "status_503"
    case .status504: "status_504"
    case .statusOther: "status_other"
    case .clientTimeout: "client_timeout"
    case .connection: "connection"
    }
  }
}
