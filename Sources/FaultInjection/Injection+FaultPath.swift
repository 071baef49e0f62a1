import DockerEngine
import ExperimentModel
import FoundationEssentials

// The path of a fault, from top to bottom. Whatever ends this process between two lines, the
// fault is undone in the end: before `apply` nothing has happened, and after `writeUndo` the ledger
// says how to undo it, to a guardian that was called before and is there since `standGuard`.
extension Injection {
  /// Walks the whole path, and gives an account of it.
  ///
  /// - Throws: one sentence. What was begun is undone first, or, where the engine does not answer,
  ///   left to the guardian, and the sentence says so.
  public func run() throws(FaultError) -> Account {
    while next != nil { try advance() }
    return account()
  }

  /// Walks one stage.
  public func advance() throws(FaultError) {
    guard let stage = next else { return }
    switch stage {
    case .resolve:
      try callGuardian()
      try resolve()
    case .writeUndo: try writeUndo()
    case .standGuard: try standGuard()
    case .apply: try apply()
    case .wait: try wait()
    case .revert: try revert()
    case .verify: try verify()
    }
    next = Stage(rawValue: stage.rawValue + 1)
  }

  /// Calls the guardian, which takes as long to come as the target to be found.
  func callGuardian() throws(FaultError) {
    guard isUndone else { return }
    do throws(FaultError) {
      guardian = try world.guardians.call(over: id, in: world.ledger)
    } catch {
      throw error.adding("; nothing was changed")
    }
  }

  /// Finds the one container that is meant, and refuses what must not or cannot be disturbed.
  func resolve() throws(FaultError) {
    let container = try find()
    guard container.labels["chaos.protect"]?.lowercased() != "true" else {
      throw FaultError(
        .notPermitted,
        "\(container.name) is protected by its label chaos.protect=true;"
          + " choose another target")
    }
    let others = try faultsInForce(on: container)
    try refuseSecondFault(on: container, besides: others)
    try injector.check(container, isUndone: isUndone)
    plan = try injector.plan(at: scene(container, besides: others))
    self.container = container
    notify(.resolved(container))
  }

  /// Puts the undo on the disk; from here on signals wait, so that they cannot end us unhealed.
  func writeUndo() throws(FaultError) {
    world.vigil.holdSignals()
    guard isUndone, let container, var plan else { return }
    do throws(FaultError) {
      let turn = plan.undo.isShared ? try world.ledger.takeTurn() : nil
      if plan.undo.isShared {
        // What is shared may have changed since it was looked at without the turn.
        let others = try faultsInForce(on: container)
        plan = try injector.plan(at: scene(container, besides: others))
        self.plan = plan
      }
      claim = try world.ledger.write(newEntry(for: container, plan))
      _ = consume turn
    } catch {
      throw error.adding("; nothing was changed")
    }
    entry = claim?.entry
  }

  /// Waits until the guardian stands over the entry.
  func standGuard() throws(FaultError) {
    guard entry != nil else { return }
    do throws(FaultError) {
      try guardian?.takePost()
    } catch {
      try withdraw()
      throw error.adding("; nothing was changed")
    }
  }

  /// Makes the fault, unless somebody has changed their mind meanwhile.
  func apply() throws(FaultError) {
    let deed = try preparedDeed()
    try note(deed())
  }

  /// Waits until the time is over, a signal arrives, or somebody else has undone the fault.
  func wait() throws(FaultError) {
    defer { notify(.over) }
    guard entry != nil else { return try watchForDeath() }
    while !isOver() {
      let left = secondsLeft
      notify(.remaining(seconds: left))
      if let signal = world.vigil.rest(seconds: max(0, min(left ?? 0.1, 0.1))) {
        return interrupt(by: signal)
      }
    }
  }

  /// Undoes the fault, under a deadline that no signal shortens.
  func revert() throws(FaultError) {
    guard let undoing = preparedUndo() else { return }
    try note(undoing())
  }

  /// Looks whether a container that was down runs again and stays up, and whether a fault lasted.
  func verify() throws(FaultError) {
    if ending == .keeperDied { throw lostKeeper() }
    if let recordRemains { throw recordRemains.following(account().sentence) }
    guard let entry, case .start = entry.undo else { return }
    switch reversal {
    case .reverted?, nil: revived = try world.healer.verify(entry)
    default: break
    }
  }
}
