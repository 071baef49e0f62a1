import ClusterModel
import ExperimentModel
import SimulationEngine

/// A client group of a live run, and the transfers that it is not using just now.
final class LiveClients {
  let group: ClientGroup
  var schedule: ClientSchedule
  var idle: [Transfer] = []

  init(_ group: ClientGroup, seed: UInt64) {
    self.group = group
    schedule = ClientSchedule(group, seed: seed)
  }

  /// How many clients begin at the start of the group; none of an open one.
  var concurrency: Int {
    if case .closed(let loop) = group.workload { loop.concurrency } else { 0 }
  }

  /// When a request that was to be sent at a time is given up.
  func deadline(of intended: Instant) -> Instant {
    intended + Nanoseconds((group.timeout ?? LoadGenerator.longestWait).nanoseconds)
  }
}

/// One request of a live client, whatever it takes to have it answered.
struct LiveRequest {
  /// The place of its group.
  var group: Int
  /// Its number among all requests of the run.
  var serial: UInt64
  /// When it was to be sent, counted from the start of the run.
  var intended: Instant
}

/// What is to happen at a time: the row of the heap of a live run.
struct DueSend: BitwiseCopyable, Comparable {
  let time: Instant
  /// How many rows came before it; equals leave in this order.
  let ticket: UInt64
  /// The place of the group that sends.
  let group: Int

  static func < (a: DueSend, b: DueSend) -> Bool { (a.time, a.ticket) < (b.time, b.ticket) }
}
