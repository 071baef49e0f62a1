import ExperimentModel
import Synchronization

/// The clients of a topology as live ones: real requests to an endpoint, at the times and in the
/// ways of the simulated clients.
///
/// An open group sends at the instants that the simulator draws for the same seed, never later
/// because answers are slow, and a latency counts from the instant at which its request was to be
/// sent, so that a stall of the system is seen in full (no coordinated omission).
public final class LoadGenerator: Sendable {
  private let topology: Topology
  private let endpoint: LiveEndpoint
  private let isStopped = Atomic<Bool>(false)

  /// How often a run reports on itself, and looks whether it was stopped.
  public static let glance: Duration = .milliseconds(100)
  /// How long a client without a time-out waits for an answer.
  public static let longestWait: Duration = .seconds(300)

  /// Prepares the clients of a topology; nothing is sent yet.
  public init(_ topology: Topology, at endpoint: LiveEndpoint) {
    // Here, since the time of a run begins with it, and the first requests would be late.
    precondition(LoadLoop.isCurlReady, "libcurl could not be initialised")
    self.topology = topology
    self.endpoint = endpoint
  }

  /// Ends a run soon, from any thread; what is in flight then stays unfinished.
  public func stop() { isStopped.store(true, ordering: .relaxed) }

  /// Sends all requests from this thread, and returns when the run is over.
  ///
  /// - Parameters:
  ///   - start: the beginning of the run on the monotonic clock; now when nil.
  ///   - watch: is told what has been measured so far, and how much time of the run is over in
  ///     nanoseconds, about ten times a second.
  /// - Throws: a sentence when nothing could be sent at all.
  public func run(
    startingAt start: Int64? = nil, watch: (borrowing LoadResult, Int64) -> Void = { _, _ in }
  ) throws(LoadError) -> LoadResult {
    let connections = FileLimit.raise()
    let needed = topology.clients.reduce(0) { $0 + $1.workload.concurrency }
    guard needed <= connections else {
      throw LoadError(
        .notUsable,
        "the closed client groups need \(needed) connections, and this process may have"
          + " \(connections); raise the limit of open files (ulimit -n), or lower the concurrency")
    }
    let loop = try LoadLoop(
      topology, at: endpoint, start: start ?? MonotonicClock.nanoseconds, connections: connections)
    return loop.run(isStopped: { self.isStopped.load(ordering: .relaxed) }, watch: watch)
  }
}

extension Workload {
  /// How many connections a closed group needs at once.
  fileprivate var concurrency: Int {
    if case .closed(let loop) = self { loop.concurrency } else { 0 }
  }
}
