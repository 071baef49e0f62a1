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

  /// When a try that was to be sent at a time is given up.
  func deadline(of due: Instant) -> Instant {
    due + Nanoseconds((group.timeout ?? LoadGenerator.longestWait).nanoseconds)
  }
}

/// One request of a live client, whatever it takes to have it answered.
struct LiveRequest: BitwiseCopyable, Equatable {
  /// The place of its group.
  var group: Int
  /// Its number among all requests of the run.
  var serial: UInt64
  /// When it was to be sent, counted from the start of the run.
  var intended: Instant
  /// When this try of it was to be sent.
  var due: Instant
  /// How often it has been sent, this try included.
  var tries = 1
}

/// What is to happen at a time: the row of the heap of a live run.
struct DueSend: BitwiseCopyable, Comparable {
  let time: Instant
  /// How many rows came before it; equals leave in this order.
  let ticket: UInt64
  /// The place of the group that sends.
  let group: Int
  /// The request that is to be sent again; nil for a new one.
  var again: LiveRequest?

  static func < (a: DueSend, b: DueSend) -> Bool { (a.time, a.ticket) < (b.time, b.ticket) }
}
