import DockerEngine

/// One thing that a fault or its undo does to the world, as a value.
///
/// What `--dry-run` prints and what is done are made from the same value, so that they cannot
/// differ. A new way to change the world (a call to the engine, a write to a control group, rules
/// in a network namespace) is a new type of this kind.
public protocol Action: Sendable {
  /// What is done, as precisely as a person could do it by hand, in one line.
  func line(at site: Site) -> String

  /// Does it.
  ///
  /// - Returns: what keeps it up, and for how long.
  /// - Throws: why not, and whether it is certain that nothing was changed.
  func perform(at site: Site) throws(ActionFailure) -> Upkeep
}

/// What keeps up that which an action has done; without arguments it lasts until it is undone.
public struct Upkeep: Sendable, Hashable {
  /// The process of ours that stays with it; nil where none has to.
  public var keeper: ProcessIdentity?
  /// How long after the action began the kernel can have begun the lease with which the fault ends,
  /// at the earliest; nil where no lease ends it.
  public var leaseDelay: Duration?

  /// Makes an upkeep of its parts.
  public init(keeper: ProcessIdentity? = nil, leaseDelay: Duration? = nil) {
    self.keeper = keeper
    self.leaseDelay = leaseDelay
  }
}

/// A reason why an action was not performed.
public struct ActionFailure: Error, Sendable, Hashable {
  /// The reason, for a person.
  public let fault: FaultError
  /// Whether it is certain that nothing was changed.
  public let nothingWasDone: Bool

  /// Makes a failure of its reason.
  public init(_ fault: FaultError, nothingWasDone: Bool) {
    self.fault = fault
    self.nothingWasDone = nothingWasDone
  }
}

/// Where actions are performed: an engine, the machine that it runs on, and the ledger.
public struct Site: Sendable {
  /// The engine of the target.
  public let engine: Engine
  /// The machine of this process, which is the engine's machine when the engine is local.
  public let host: Host
  /// The ledger of the faults in force.
  public let ledger: Ledger

  /// Makes a site of its parts.
  public init(engine: Engine, host: Host, ledger: Ledger) {
    self.engine = engine
    self.host = host
    self.ledger = ledger
  }
}

/// A call to the engine as an action.
public struct EngineAction: Action, Hashable {
  /// The call.
  public let call: EngineCall

  /// Makes an action of a call.
  public init(_ call: EngineCall) { self.call = call }

  /// The first line of the request.
  public func line(at site: Site) -> String { call.line(version: site.engine.version) }

  /// Sends the request, and waits for the answer.
  public func perform(at site: Site) throws(ActionFailure) -> Upkeep {
    do throws(EngineError) {
      try site.engine.perform(call)
      return Upkeep()
    } catch {
      throw ActionFailure(FaultError(error), nothingWasDone: error.nothingWasDone)
    }
  }
}
