import DockerEngine
import ExperimentModel
import FoundationEssentials

// The two moments at which a fault changes the world, as things that can be done at several targets
// at once: prepared here, done on any thread, and noted here again.
extension Injection {
  /// What came of the actions of a fault.
  struct Performance: Sendable {
    /// The processes of ours that keep it up.
    var keepers: [ProcessIdentity] = []
    /// Why it was not made, and whether it is certain that nothing was changed.
    var failure: ActionFailure?
    /// When it was over, by the wall clock and by the one that nobody sets.
    var at = Date.distantPast
    var uptimeSeconds = 0.0
    /// Since when, by the latter, the kernel may count the lease that ends it; nil where none does.
    var leaseUptimeSeconds: Double?
  }

  /// What came of an undo, and when.
  struct Undoing: Sendable {
    let result: Result<Healer.Outcome, FaultError>
    let at: Date
  }

  /// What makes the fault, unless somebody has changed their mind meanwhile.
  func preparedDeed() throws(FaultError) -> @Sendable () -> Performance {
    guard let plan else { preconditionFailure("a fault is made by its plan") }
    if let signal = world.vigil.rest(seconds: 0) {
      try withdraw()
      throw FaultError(
        .interrupted(signal: signal), "\(SignalName.of(signal)) came before anything was changed")
    }
    let (site, vigil) = (world.site, world.vigil)
    return {
      var performance = Performance()
      for (index, action) in plan.actions.enumerated() {
        do throws(ActionFailure) {
          let beginning = vigil.uptimeSeconds
          let upkeep = try action.perform(at: site)
          if let keeper = upkeep.keeper { performance.keepers.append(keeper) }
          if let delay = upkeep.leaseDelay {
            performance.leaseUptimeSeconds = beginning + delay.inSeconds
          }
        } catch {
          performance.failure = ActionFailure(
            error.fault, nothingWasDone: index == 0 && error.nothingWasDone)
          break
        }
      }
      (performance.at, performance.uptimeSeconds) = (vigil.now, vigil.uptimeSeconds)
      return performance
    }
  }

  /// Notes what came of the actions; what was not made for certain is undone.
  func note(_ performance: Performance) throws(FaultError) {
    if let failure = performance.failure {
      throw try settle(failure.fault, nothingWasDone: failure.nothingWasDone)
    }
    keepers = performance.keepers
    appliedAt = performance.at
    let counted = performance.leaseUptimeSeconds ?? performance.uptimeSeconds
    endUptimeSeconds = duration.map { counted + $0.inSeconds }
    let end = until(from: performance.at.addingTimeInterval(counted - performance.uptimeSeconds))
    if performance.leaseUptimeSeconds != nil {
      leaseEndsAt = end
      try refuseLeaseThatIsOver(at: performance.uptimeSeconds)
    }
    if entry != nil {
      // A full disk at this point costs only some precision: the entry is good as it is.
      try? record {
        $0.state = .applied
        $0.since = performance.at
        $0.until = end
      }
    }
    // From here on the guardian and `chaos heal` may undo it too.
    claim = nil
    notify(
      .applied(target: container?.name ?? word, condition: injector.condition, entry: entry))
  }

  /// Refuses to say of a fault that it is in force when the kernel may have ended it before.
  ///
  /// - Throws: the sentence about it; what is left of the fault is undone.
  private func refuseLeaseThatIsOver(at uptimeSeconds: Double) throws(FaultError) {
    guard let endUptimeSeconds, endUptimeSeconds <= uptimeSeconds else { return }
    let error = FaultError(
      .failed,
      "the time of the fault was over before this machine, which is too busy, could tell that it"
        + " was in force; make it longer")
    throw try settle(error, nothingWasDone: false)
  }

  /// What undoes the fault; nil where nothing is to be undone.
  func preparedUndo() -> (@Sendable () -> Undoing)? {
    guard let id = entry?.id else { return nil }
    let (healer, vigil) = (world.healer, world.vigil)
    return {
      let result = healer.heal(id, tryingFor: Self.persistenceSeconds)
      return Undoing(result: result, at: vigil.now)
    }
  }

  /// Notes what came of the undo.
  func note(_ undoing: Undoing) throws(FaultError) {
    guard let entry else { preconditionFailure("what is undone was recorded") }
    endedAt = leaseEndsAt.map { min($0, undoing.at) } ?? undoing.at
    do throws(FaultError) {
      switch try undoing.result.get() {
      case .healed(_, let reversal): self.reversal = reversal
      case .healedButRecorded(_, let reversal, let reason):
        self.reversal = reversal
        recordRemains = reason
      case .notInForce: try revertWithoutEntry(entry)
      }
    } catch {
      throw leftToGuardian(error, entry)
    }
  }
}
