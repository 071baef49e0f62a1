import ClusterModel
import DockerEngine
import ExperimentModel
import FaultInjection

/// The faults of an experiment on their way through time, all walked by one thread.
///
/// Each has its undo on the disk and a guardian of its own before it is made, so that the death of
/// this process at any moment leaves none in force for long.
final class FaultTimeline {
  /// How long before the next thing is due a container that was healed is not looked at any more,
  /// since that look takes up to some seconds.
  private static let calm: Int64 = 3_000_000_000

  let occurrences: [FaultOccurrence]
  private(set) var faults: [TimelineFault] = []
  private let notify: (LiveRun.Notice) -> Void

  init(
    _ topology: Topology, _ places: LivePlaces, at engine: Engine, in world: Injection.World,
    notify: @escaping (LiveRun.Notice) -> Void
  ) throws(FaultError) {
    self.notify = notify
    let containers: [ContainerSummary]
    do throws(EngineError) {
      containers = try engine.containers().filter { $0.status == "running" }
    } catch {
      throw FaultError(error)
    }
    occurrences = FaultOccurrence.all(of: topology) { key, value in
      containers.filter { container in
        container.labels[key].map { value == nil || $0 == value } ?? false
      }.map(\.name)
    }
    for (place, occurrence) in occurrences.enumerated() {
      guard !occurrence.targets.isEmpty else {
        throw FaultError(
          .notUsable,
          "the fault \(occurrence.fault.name) at \(occurrence.at.inSeconds) s aims at nothing:"
            + " no running container matches; see what 'docker ps' lists")
      }
      for deed in try places.deeds(of: occurrence) {
        faults.append(try TimelineFault(deed, of: occurrence, at: place, in: world))
      }
    }
  }

  /// When something is to be done next, in nanoseconds since the start; nil when nothing is.
  var nextDue: Int64? { faults.compactMap(\.nextDue).min() }

  /// Does all that is due.
  ///
  /// - Throws: why a fault cannot be made, or undone; the others are as they were.
  func advance(now: () -> Int64) throws(FaultError) {
    for fault in faults {
      let wasMade = fault.from != nil
      let wasInForce = fault.isInForce
      try fault.advance(now: now)
      if !wasMade, fault.from != nil { notify(.began(sentence(fault))) }
      if wasInForce, !fault.isInForce { notify(.ended(sentence(fault))) }
    }
    if let waiting = faults.first(where: \.awaitsVerification),
      now() + Self.calm < nextDue ?? .max
    {
      try waiting.verify()
    }
  }

  /// Undoes everything that is in force, gives up what was only prepared, and looks at the targets.
  ///
  /// - Throws: the first failure, after all have been tried.
  func finish(now: () -> Int64, signal: Int32? = nil) throws(FaultError) {
    var failure: FaultError?
    for fault in faults.reversed() {
      do throws(FaultError) {
        try fault.end(now: now, signal: signal)
      } catch {
        failure = failure ?? error
      }
    }
    for fault in faults {
      do throws(FaultError) {
        try fault.verify()
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  private func sentence(_ fault: TimelineFault) -> String {
    "\(occurrences[fault.occurrence].fault.name) \(fault.target)"
  }
}
