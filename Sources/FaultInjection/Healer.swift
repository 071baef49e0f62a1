import DockerEngine
import FoundationEssentials

/// The undoing of faults from their entries in the ledger.
///
/// The process that made a fault, its guardian and `chaos heal` all heal through here; the claim on
/// the entry makes sure that exactly one of them does.
public struct Healer: Sendable {
  /// How long to wait for another process that is just healing, in seconds.
  ///
  /// It is longer than the longest call to the engine, so that whoever has the claim has either
  /// healed by then or hangs.
  static let patienceForClaimSeconds = 60.0

  /// How long an action may be on its way after its sender has died, in seconds.
  static let actionOnTheWaySeconds = 1.0

  let ledger: Ledger
  let vigil: any Vigil
  let host: Host
  let connect: @Sendable (EngineAddress) throws(EngineError) -> Engine

  /// Makes a healer; `connect` finds the engine that an entry names.
  public init(
    ledger: Ledger, vigil: any Vigil = SystemVigil(), host: Host = .local,
    connect: @escaping @Sendable (EngineAddress) throws(EngineError) -> Engine = Healer.live
  ) {
    self.ledger = ledger
    self.vigil = vigil
    self.host = host
    self.connect = connect
  }

  /// The engine that listens at an address.
  @Sendable
  public static func live(_ address: EngineAddress) throws(EngineError) -> Engine {
    try Engine(at: address)
  }

  /// What came of healing.
  public enum Outcome: Sendable, Hashable {
    /// The fault was undone, or there was nothing to undo; the entry is removed.
    case healed(LedgerEntry, Reversal)
    /// The same, but the entry cannot be removed, for this reason: the disk only reads by now.
    case healedButRecorded(LedgerEntry, Reversal, FaultError)
    /// The entry does not exist: somebody else has healed it, or there never was one.
    case notInForce
  }

  /// Undoes one fault now and removes its entry, which stays if that fails.
  public func heal(_ id: String) throws(FaultError) -> Outcome {
    let end = vigil.uptimeSeconds + Self.patienceForClaimSeconds
    while true {
      switch try ledger.attemptClaim(id) {
      case .gone: return .notInForce
      case .claimed(let claim): return try heal(claim)
      case .busy:
        guard vigil.uptimeSeconds < end else {
          throw FaultError(
            .failed,
            "another chaos process has been undoing \(id) for"
              + " \(Int(Self.patienceForClaimSeconds)) s; see whether it hangs")
        }
        vigil.pause(seconds: 0.05)
      }
    }
  }

  /// Undoes one fault now, and tries again for so many seconds where that fails.
  func heal(_ id: String, tryingFor seconds: Double) -> Result<Outcome, FaultError> {
    let end = vigil.uptimeSeconds + seconds
    while true {
      do throws(FaultError) {
        return .success(try heal(id))
      } catch {
        guard vigil.uptimeSeconds < end else { return .failure(error) }
      }
      vigil.pause(seconds: 0.25)
    }
  }

  /// Undoes the fault that the claim is for.
  func heal(_ claim: consuming Claim) throws(FaultError) -> Outcome {
    let entry = claim.entry
    // A turn ends only after the entry is gone: whoever comes next sees either both or neither.
    let turn = entry.undo.isShared ? try ledger.takeTurn() : nil
    var reversal = try undo(entry)
    if entry.state == .guarded {
      // The owner may have died with an action on its way: it may still be about to happen.
      vigil.pause(seconds: Self.actionOnTheWaySeconds)
      let second = try undo(entry)
      if case .reverted = reversal {} else { reversal = second }
    }
    var obstacle: FaultError?
    do throws(FaultError) { try claim.remove() } catch { obstacle = error }
    _ = consume turn
    return obstacle.map { .healedButRecorded(entry, reversal, $0) } ?? .healed(entry, reversal)
  }

  /// Does what an entry says, without a look at the ledger; the undo looks before it acts.
  func undo(_ entry: LedgerEntry) throws(FaultError) -> Reversal {
    try entry.undo.revert(entry, host: host, ledger: ledger) { () throws(FaultError) in
      try FaultError.ofEngine { () throws(EngineError) in
        try connect(EngineAddress(text: entry.engine))
      }
    }
  }

  /// Waits until the container of a healed fault runs, and goes on running for a moment.
  ///
  /// - Returns: the container; nil when somebody has removed it.
  /// - Throws: a sentence when it does not come up, or exits at once.
  public func verify(_ entry: LedgerEntry) throws(FaultError) -> Container? {
    let revived: Container
    do throws(EngineError) {
      let engine = try connect(EngineAddress(text: entry.engine))
      let end = vigil.uptimeSeconds + 5
      while !(try engine.inspect(entry.target.id).state.isRunning), vigil.uptimeSeconds < end {
        vigil.pause(seconds: 0.1)
      }
      vigil.pause(seconds: 0.3)
      revived = try engine.inspect(entry.target.id)
    } catch {
      if error.isNotFound { return nil }
      throw FaultError(error)
    }
    guard revived.state.status == "running" else { throw Self.notBack(revived) }
    return revived
  }

  private static func notBack(_ container: Container) -> FaultError {
    FaultError(
      .failed,
      "\(container.name) was started again but does not stay up"
        + " (\(container.state.status), exit status \(container.state.exitCode));"
        + " docker logs \(container.name) says why")
  }
}

extension Healer {
  /// Heals one fault, and says in a sentence what came of it and how its container is now.
  ///
  /// - Throws: a sentence when the fault stays in force, or its container does not come up.
  public func healAndVerify(_ entry: LedgerEntry) throws(FaultError) -> String {
    let reversal: Reversal
    switch try heal(entry.id) {
    case .notInForce: return "another chaos process has just undone it"
    case .healed(_, let came): reversal = came
    case .healedButRecorded(_, let came, let reason):
      throw reason.following(came.sentence(about: entry.target.name, entry.undo))
    }
    let sentence = reversal.sentence(about: entry.target.name, entry.undo)
    guard case .reverted = reversal, case .start = entry.undo else { return sentence }
    let revived = try verify(entry)
    return sentence + (revived == nil ? ", and was removed at once by somebody" : " and runs")
  }
}
