import DockerEngine
import FoundationEssentials

// What the path of a fault needs where it does not go straight on.
extension Injection {
  /// How long the process that made a fault tries to undo it, in seconds, before it leaves that to
  /// the guardian, which tries for longer.
  static let persistenceSeconds = 5.0
  /// How long a process that was sent a signal is watched when nothing will be undone, in seconds.
  static let deathWatchSeconds = 2.0

  /// Changes the entry in the ledger, which the caller has the claim on.
  mutating func record(_ change: (inout LedgerEntry) -> Void) throws(FaultError) {
    guard var claim = claim.take() else { preconditionFailure("the claim was given up before") }
    do throws(FaultError) {
      try claim.rewrite(change)
    } catch {
      self.claim = consume claim
      throw error
    }
    entry = claim.entry
    self.claim = consume claim
  }

  /// Removes the entry of a fault that was not made; the guardian leaves when it sees that.
  mutating func withdraw() throws(FaultError) {
    guard let claim = claim.take() else { return }
    entry = nil
    try claim.remove()
  }

  /// Refuses a container that is under a fault already, whose undo would be confused by another.
  func refuseSecondFault(on container: Container) throws(FaultError) {
    let inForce: [LedgerEntry]
    do throws(FaultError) {
      inForce = try world.ledger.contents().entries
    } catch {
      throw error.adding("; nothing was changed")
    }
    for other in inForce where other.target.id == container.id {
      throw FaultError(
        .notUsable,
        "\(container.name) is under the fault \(other.id) already;"
          + " wait for its end, or end it with chaos heal \(other.id)")
    }
  }

  /// Settles a fault that could not be made for certain, and completes the sentence about it.
  mutating func settle(
    _ error: FaultError, nothingWasDone: Bool
  ) throws(FaultError) -> FaultError {
    if nothingWasDone {
      try withdraw()
      return error.adding("; nothing was changed")
    }
    guard let claim = claim.take(), let entry else { return error }
    do throws(FaultError) {
      _ = try world.healer.heal(claim)
    } catch {
      return leftToGuardian(error, entry)
    }
    return error.adding("; \(entry.target.name) was left as it had been")
  }

  /// Looks after a container whose entry is gone: somebody has healed it, or has only removed the
  /// file.
  mutating func revertWithoutEntry(_ entry: LedgerEntry) throws(FaultError) {
    let reversal = try world.healer.undo(entry)
    if case .reverted = reversal {
      ending = .elapsed
      self.reversal = reversal
    } else {
      ending = .healedElsewhere
    }
  }

  /// The sentence about a fault that cannot be undone now.
  func leftToGuardian(_ error: FaultError, _ entry: LedgerEntry) -> FaultError {
    let beginning = "; \(entry.target.name) is still disturbed,"
    guard let guardian = entry.guardian, guardian.isAlive else {
      return error.adding("\(beginning) and its guardian is gone: chaos heal \(entry.id) undoes it")
    }
    let minutes = Int(Guardian.persistenceSeconds / 60)
    return error.adding(
      "\(beginning) its guardian (process \(guardian.pid)) keeps trying to undo it for"
        + " \(minutes) minutes, and chaos heal \(entry.id) does it by hand")
  }

  /// Looks whether the process ends, where nobody will start it again.
  mutating func watchForDeath() throws(FaultError) {
    guard let before = container else { return }
    let engine = world.engine
    let end = world.vigil.uptimeSeconds + Self.deathWatchSeconds
    repeat {
      do throws(EngineError) {
        let now = try engine.inspect(before.id)
        if !now.state.isRunning || now.state.startedAt != before.state.startedAt { return }
      } catch {
        if error.isNotFound { return }
        throw FaultError(error)
      }
      if let signal = world.vigil.rest(seconds: 0.05) { return ending = .signal(signal) }
    } while world.vigil.uptimeSeconds < end
    reversal = .wasNeverDown
  }
}
