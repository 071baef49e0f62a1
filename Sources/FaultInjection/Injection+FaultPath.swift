import DockerEngine
import ExperimentModel
import FoundationEssentials

// The path of a fault, from top to bottom. Whatever ends this process between two lines, the
// container runs in the end: before `apply` nothing has happened, and after `writeUndo` the ledger
// says how to undo it, to a guardian that is there since `standGuard`.
extension Injection {
  /// Walks the whole path, and gives an account of it.
  ///
  /// - Throws: one sentence. What was begun is undone first, or, where the engine does not answer,
  ///   left to the guardian, and the sentence says so.
  public mutating func run() throws(FaultError) -> Account {
    while next != nil { try advance() }
    return account()
  }

  /// Walks one stage.
  public mutating func advance() throws(FaultError) {
    guard let stage = next else { return }
    switch stage {
    case .resolve: try resolve()
    case .writeUndo: try writeUndo()
    case .standGuard: try standGuard()
    case .apply: try apply()
    case .wait: try wait()
    case .revert: try revert()
    case .verify: try verify()
    }
    next = Stage(rawValue: stage.rawValue + 1)
  }

  /// Finds the one container that is meant, and refuses what must not or cannot be disturbed.
  mutating func resolve() throws(FaultError) {
    let engine = world.engine
    let all = try FaultError.ofEngine { () throws(EngineError) in try engine.containers() }
    let id = try TargetSearch(containers: all).identifier(for: word)
    let container = try FaultError.ofEngine { () throws(EngineError) in try engine.inspect(id) }
    guard container.labels["chaos.protect"]?.lowercased() != "true" else {
      throw FaultError(
        .notPermitted,
        "\(container.name) is protected by its label chaos.protect=true;"
          + " choose another target")
    }
    try refuseSecondFault(on: container)
    try injector.check(container, isUndone: duration != nil)
    self.container = container
    notify(.resolved(container))
  }

  /// Puts the undo on the disk; from here on signals wait, so that they cannot end us unhealed.
  mutating func writeUndo() throws(FaultError) {
    world.vigil.holdSignals()
    guard let duration, let container else { return }
    let now = world.vigil.now
    let entry = LedgerEntry(
      id: "\(type(of: injector).name)-" + String(UInt32.random(in: 0x100000...0xffffff), radix: 16),
      fault: type(of: injector).name, parameters: injector.parameters,
      engine: world.engine.address.description, target: LedgerEntry.Target(container),
      undo: injector.undo, state: .written, since: now,
      until: now.addingTimeInterval(duration.inSeconds), owner: .current)
    do throws(FaultError) {
      claim = try world.ledger.write(entry)
    } catch {
      throw error.adding("; nothing was changed")
    }
    self.entry = entry
  }

  /// Starts the guardian, and records which process it is once it is ready.
  mutating func standGuard() throws(FaultError) {
    guard let entry else { return }
    do throws(FaultError) {
      let guardian = try world.guardians.post(over: entry, in: world.ledger)
      try record {
        $0.guardian = guardian; $0.state = .guarded
      }
    } catch {
      try withdraw()
      throw error
    }
  }

  /// Makes the fault, unless somebody has changed their mind meanwhile.
  mutating func apply() throws(FaultError) {
    guard let container else { preconditionFailure("a fault is applied to a container") }
    if let signal = world.vigil.rest(seconds: 0) {
      try withdraw()
      throw FaultError(
        .interrupted(signal: signal), "\(SignalName.of(signal)) came before anything was changed")
    }
    do throws(EngineError) {
      for call in injector.calls(on: container) { try world.engine.perform(call) }
    } catch {
      throw try settle(FaultError(error), nothingWasDone: error.nothingWasDone)
    }
    let now = world.vigil.now
    appliedAt = now
    if let duration {
      // A full disk at this point costs only some precision: the entry is good as it is.
      try? record {
        $0.state = .applied
        $0.since = now
        $0.until = now.addingTimeInterval(duration.inSeconds)
      }
    }
    // From here on the guardian and `chaos heal` may undo it too.
    claim = nil
    notify(.applied(target: container.name, entry: entry))
  }

  /// Waits until the time is over, a signal arrives, or somebody else has undone the fault.
  mutating func wait() throws(FaultError) {
    defer { notify(.over) }
    guard let entry else { return try watchForDeath() }
    let vigil = world.vigil
    let end = vigil.uptimeSeconds + max(0, entry.until.timeIntervalSince(vigil.now))
    while true {
      let remaining = end - vigil.uptimeSeconds
      guard remaining > 0 else { return }
      notify(.remaining(seconds: remaining))
      if let signal = vigil.rest(seconds: min(remaining, 0.1)) {
        ending = .signal(signal)
        return notify(.healing(signal: signal))
      }
      // An entry that cannot be read just now is no reason to leave the container down.
      if case .some(.none) = try? world.ledger.entry(entry.id) {
        return ending = .healedElsewhere
      }
    }
  }

  /// Undoes the fault, under a deadline that no signal shortens.
  mutating func revert() throws(FaultError) {
    guard let entry else { return }
    let end = world.vigil.uptimeSeconds + Self.persistenceSeconds
    while true {
      do throws(FaultError) {
        switch try world.healer.heal(entry.id) {
        case .healed(_, let reversal): self.reversal = reversal
        case .notInForce: try revertWithoutEntry(entry)
        }
        return
      } catch {
        guard world.vigil.uptimeSeconds < end else { throw leftToGuardian(error, entry) }
      }
      world.vigil.pause(seconds: 0.25)
    }
  }

  /// Looks whether the container runs again, and whether it stays up.
  mutating func verify() throws(FaultError) {
    guard let entry else { return }
    switch reversal {
    case .reverted?, nil: revived = try world.healer.verify(entry)
    case .wasNeverDown?, .startedBySomebody?, .stoppedBySomebody?, .targetIsGone?: break
    }
  }
}
