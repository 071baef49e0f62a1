import DockerEngine
import ExperimentModel
import FoundationEssentials

// What the path of a fault needs where it does not go straight on.
extension Injection {
  /// How long the process that made a fault tries to undo it, in seconds, before it leaves that to
  /// the guardian, which tries for longer.
  static let persistenceSeconds = 5.0
  /// The number of digits of a full identifier, which needs no search.
  static let identifierLength = 64
  /// How long a process that was sent a signal is watched when nothing will be undone, in seconds.
  static let deathWatchSeconds = 2.0

  /// Changes the entry in the ledger, which the caller has the claim on.
  func record(_ change: (inout LedgerEntry) -> Void) throws(FaultError) {
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
  func withdraw() throws(FaultError) {
    defer { guardian = nil }
    guard let claim = claim.take() else { return }
    entry = nil
    try claim.remove()
  }

  /// Finds the container that the word stands for.
  func find() throws(FaultError) -> Container {
    let engine = world.engine
    if word.utf8.count == Self.identifierLength {
      return try FaultError.ofEngine { () throws(EngineError) in try engine.inspect(word) }
    }
    let all = try FaultError.ofEngine { () throws(EngineError) in try engine.containers() }
    let id = try TargetSearch(containers: all).identifier(for: word)
    return try FaultError.ofEngine { () throws(EngineError) in try engine.inspect(id) }
  }

  /// The other faults in force on a container in its present run, the oldest first.
  func faultsInForce(on container: Container) throws(FaultError) -> [LedgerEntry] {
    do throws(FaultError) {
      return try world.ledger.entries(on: container, besides: id)
    } catch {
      throw error.adding("; nothing was changed")
    }
  }

  /// Refuses a container that is down or frozen by a fault already.
  ///
  /// Other faults may lie on top of each other: their undos do not meet.
  func refuseSecondFault(
    on container: Container, besides others: [LedgerEntry]
  ) throws(FaultError) {
    for other in others where other.undo == .start || other.undo == .unpause {
      throw FaultError(
        .notUsable,
        "\(container.name) is under the fault \(other.id) already;"
          + " wait for its end, or end it with chaos heal \(other.id)")
    }
  }

  /// All that the injector may know.
  func scene(_ container: Container, besides others: [LedgerEntry]) -> Scene {
    Scene(
      id: id, container: container,
      duration: secondsLeft.map { .seconds(max(0.001, $0)) } ?? duration, site: world.site,
      inForce: others.filter { $0.target.startedAt == container.state.startedAt })
  }

  /// The entry of this fault before it is made.
  func newEntry(for container: Container, _ plan: Plan) -> LedgerEntry {
    let now = world.vigil.now
    return LedgerEntry(
      id: id, fault: type(of: injector).name, parameters: injector.parameters,
      engine: world.engine.address.description,
      target: LedgerEntry.Target(container, at: world.site), via: plan.via, undo: plan.undo,
      state: .guarded, since: now, until: until(from: now), owner: .current,
      guardian: guardian?.identity,
      again: injector.lasts && policy == .follow ? .known(injector) : nil)
  }

  /// When a fault that begins at this time is to end.
  func until(from beginning: Date) -> Date? {
    duration.map { beginning.addingTimeInterval($0.inSeconds) }
  }

  /// Whether there is nothing more to wait for: the time is over, or somebody has undone it.
  ///
  /// It is quick, and made to be asked often.
  public func isOver() -> Bool {
    guard let entry else { return true }
    if let end = endUptimeSeconds, world.vigil.uptimeSeconds >= end { return true }
    if !world.ledger.holds(entry.id) {
      ending = .healedElsewhere
      return true
    }
    return isOverWithItsRun() || hasLostKeeper(entry)
  }

  /// Whether a process that keeps the fault up has died, and the fault with it.
  private func hasLostKeeper(_ entry: LedgerEntry) -> Bool {
    guard keepers.contains(where: { !$0.isAlive }), entry.target.process?.isAlive == true else {
      return false
    }
    do throws(FaultError) {
      // Whoever undoes a fault ends its processes first, and has the claim meanwhile.
      guard case .claimed = try world.ledger.attemptClaim(entry.id) else { return false }
    } catch {
      return false
    }
    ending = .keeperDied
    return true
  }

  /// The sentence about a fault that ended before its time.
  func lostKeeper() -> FaultError {
    var span = ""
    if let appliedAt, let endedAt {
      span = " for only \(twoDecimals(endedAt.timeIntervalSince(appliedAt))) s"
    }
    return FaultError(
      .failed,
      "\(container?.name ?? word) \(injector.deed)\(span), because the process of ours that"
        + " keeps this fault up died; what it may have said is in \(world.ledger.guardianLogPath)")
  }

  /// How much time is left, in seconds; nil when nobody knows.
  var secondsLeft: Double? { endUptimeSeconds.map { $0 - world.vigil.uptimeSeconds } }

  /// Goes on to the undo; where there is none, looks whether the process ends.
  func endWaiting() throws(FaultError) {
    if entry == nil { try watchForDeath() }
    next = .revert
  }

  /// Ends the waiting because a signal arrived; the fault is undone by the next stages.
  public func interrupt(by signal: Int32) {
    ending = .signal(signal)
    notify(.healing(target: container?.name ?? word, signal: signal))
  }

  /// Settles a fault that could not be made for certain, and completes the sentence about it.
  func settle(
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
  func revertWithoutEntry(_ entry: LedgerEntry) throws(FaultError) {
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
  func watchForDeath() throws(FaultError) {
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
