import ClusterModel
import ExperimentModel
import FaultInjection

/// A fault of a timeline on one of its targets, on its way from waiting to being undone.
final class TimelineFault {
  /// How long before its time a fault is prepared, in nanoseconds: its undo is on the disk and its
  /// guardian stands by, so that the moment itself costs only the action.
  static let preparation: Int64 = 300_000_000

  /// The place of the occurrence among all.
  let occurrence: Int
  /// What is done, in the engine's words.
  let fault: Fault
  let target: String
  /// When it is to begin, in nanoseconds since the start of the run.
  let at: Int64
  let injection: Injection

  /// When it began to be made: what is told of it cannot have happened before.
  private(set) var begun: Int64?
  /// When the kernel may end it by itself, at the earliest; nil where no lease ends it.
  private(set) var leaseEnds: Int64?
  /// When it was in force.
  private(set) var from: Int64?
  private(set) var until: Int64?
  private(set) var failure: FaultError?
  private var isEnded = false

  init(
    _ deed: LivePlaces.Deed, of occurrence: FaultOccurrence, at place: Int,
    in world: Injection.World
  ) throws(FaultError) {
    self.occurrence = place
    fault = deed.fault
    target = deed.target
    at = occurrence.at.nanoseconds
    injection = try Injection(
      deed.fault, for: occurrence.duration, on: deed.target, in: world)
  }

  /// Whether it has been made and has something to be undone still.
  var isInForce: Bool { from != nil && !isEnded }
  /// Whether there is nothing left to do but to look at the target.
  var awaitsVerification: Bool { injection.next == .verify && failure == nil }

  /// When something is to be done next, in nanoseconds since the start; nil when nothing is.
  var nextDue: Int64? {
    guard failure == nil else { return nil }
    switch injection.next {
    case .resolve, .writeUndo, .standGuard: return at - Self.preparation
    case .apply: return at
    default: return nil
    }
  }

  /// Does what is due.
  ///
  /// - Throws: why it cannot be done; what was begun is undone then.
  func advance(now: () -> Int64) throws(FaultError) {
    guard failure == nil else { return }
    do throws(FaultError) {
      if now() >= at - Self.preparation {
        while let next = injection.next, next.rawValue < Injection.Stage.apply.rawValue {
          try injection.advance()
        }
      }
      if injection.next == .apply, now() >= at {
        begun = now()
        try injection.advance()
        let noted = now()
        leaseEnds = injection.leaseSecondsLeft.map { noted + Duration.seconds($0).nanoseconds }
        from = noted
      }
      if injection.next == .wait, injection.isOver() { try end(now: now) }
    } catch {
      failure = error
      throw error
    }
  }

  /// Undoes it now, if it is in force; gives it up, if it has not been made.
  func end(now: () -> Int64, signal: Int32? = nil) throws(FaultError) {
    guard from != nil else {
      if injection.next != .resolve, injection.next != nil { try injection.abandon() }
      return
    }
    guard !isEnded else { return }
    if let signal { injection.interrupt(by: signal) }
    injection.skipWaiting()
    try injection.advance()
    isEnded = true
    // What is undone late has not been in force for longer.
    if injection.hasUndo { until = min(now(), leaseEnds ?? .max) }
  }

  /// Looks whether the target is as it was.
  func verify() throws(FaultError) {
    guard awaitsVerification else { return }
    do throws(FaultError) {
      try injection.advance()
    } catch {
      failure = error
      throw error
    }
  }
}
