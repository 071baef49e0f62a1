import DockerEngine
import ExperimentModel
import FoundationEssentials

/// One fault on one container, from the word that names the target to the report.
///
/// The order of its stages is in `Injection+FaultPath.swift`.
public struct Injection: ~Copyable {
  /// A step on the path of a fault; each either happens whole or leaves no trace.
  public enum Stage: Int, Sendable, CaseIterable {
    case resolve, writeUndo, standGuard, apply, wait, revert, verify
  }

  /// All that a fault meets outside of this process.
  public struct World {
    let engine: Engine
    let ledger: Ledger
    let guardians: any GuardianPost
    let vigil: any Vigil
    let healer: Healer

    /// Makes a world of its parts.
    public init(
      engine: Engine, ledger: Ledger, guardians: any GuardianPost, vigil: any Vigil,
      healer: Healer
    ) {
      self.engine = engine
      self.ledger = ledger
      self.guardians = guardians
      self.vigil = vigil
      self.healer = healer
    }

    /// The world as it is: this engine, this ledger, real processes and real time.
    public static func live(engine: Engine, ledger: Ledger) -> World {
      World(
        engine: engine, ledger: ledger, guardians: SpawnedGuardian(), vigil: SystemVigil(),
        healer: Healer(ledger: ledger))
    }
  }

  /// What a person may want to see while it happens.
  public enum Notice: Sendable, Hashable {
    /// The target is found, and may be disturbed.
    case resolved(Container)
    /// The fault is in force.
    case applied(target: String, entry: LedgerEntry?)
    /// So many seconds are left.
    case remaining(seconds: Double)
    /// A signal arrived, and the fault is undone now.
    case healing(signal: Int32)
    /// There is nothing more to wait for.
    case over
  }

  let world: World
  let injector: any Injector
  let word: String
  let duration: Duration?
  let notify: (Notice) -> Void

  /// The stage that comes next; nil at the end of the path.
  public internal(set) var next: Stage? = .resolve
  var container: Container?
  var claim: Claim?
  var entry: LedgerEntry?
  var appliedAt: Date?
  var ending = Ending.elapsed
  var reversal: Reversal?
  var revived: Container?

  /// Why the waiting ended.
  enum Ending: Sendable, Hashable {
    case elapsed
    case signal(Int32)
    case healedElsewhere
  }

  /// Prepares a fault on the container that the word stands for; nothing is read or changed yet.
  ///
  /// - Parameter duration: how long it lasts; nil when it is never undone.
  /// - Throws: a sentence about parameters that cannot be meant.
  public init(
    _ fault: Fault, for duration: Duration?, on word: String, in world: World,
    notify: @escaping (Notice) -> Void = { _ in }
  ) throws(FaultError) {
    self.world = world
    self.word = word
    self.notify = notify
    guard let effect = fault.effects.first, fault.effects.count == 1 else {
      preconditionFailure("a fault of one target has one effect")
    }
    injector = try FaultCatalog.injector(for: effect)
    self.duration = duration
  }

  /// The calls that the fault would make, in order, one line each; only reads.
  public mutating func plan() throws(FaultError) -> [String] {
    try resolve()
    guard let container else { preconditionFailure("a resolved fault has a container") }
    let engine = world.engine
    func line(_ call: EngineCall) -> String { call.line(version: engine.version) }
    var lines = ["on \(container.name) (\(container.id.prefix(12))) of \(engine.address):"]
    lines += injector.calls(on: container).map { "  " + line($0) }
    if let duration {
      lines.append("after \(duration.inSeconds) s, whatever becomes of this process:")
      lines += injector.undo.calls(on: container.id).map { "  " + line($0) }
      lines.append("the undo would be recorded in \(world.ledger.folder)")
    } else {
      lines.append("and nothing would be undone")
    }
    return lines + ["nothing was changed"]
  }
}
