import DockerEngine
import ExperimentModel
import FoundationEssentials

/// One fault on one container, from the word that names the target to the report.
///
/// The order of its stages is in `Injection+FaultPath.swift`.
public final class Injection {
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

    /// Where actions are performed.
    var site: Site { Site(engine: engine, host: healer.host, ledger: ledger) }
  }

  /// What a person may want to see while it happens.
  public enum Notice: Sendable, Hashable {
    /// The target is found, and may be disturbed.
    case resolved(Container)
    /// The fault is in force, and the target is in this condition, such as `is down`.
    case applied(target: String, condition: String, entry: LedgerEntry?)
    /// So many seconds are left; nil when nobody knows.
    case remaining(seconds: Double?)
    /// A signal arrived, and the fault is undone now.
    case healing(target: String, signal: Int32)
    /// There is nothing more to wait for.
    case over
  }

  /// Why the waiting ended.
  enum Ending: Sendable, Hashable {
    case elapsed
    case signal(Int32)
    case healedElsewhere
    /// A process that kept the fault up has died.
    case keeperDied
  }

  let world: World
  let injector: any Injector
  let word: String
  let duration: Duration?
  let policy: OnRestart
  let notify: (Notice) -> Void
  /// The name of the entry in the ledger.
  let id: String

  /// The stage that comes next; nil at the end of the path.
  public internal(set) var next: Stage? = .resolve
  var container: Container?
  var plan: Plan?
  /// The guardian that was called; nil where nothing is undone.
  var guardian: (any CalledGuardian)?
  var claim: Claim?
  var entry: LedgerEntry?
  var appliedAt: Date?
  /// When it is to end, by the clock of the vigil; nil when only a signal ends it.
  var endUptimeSeconds: Double?
  /// When the kernel may end it by itself, at the earliest; nil where no lease ends it.
  var leaseEndsAt: Date?
  var endedAt: Date?
  var ending = Ending.elapsed
  var reversal: Reversal?
  /// Why the entry could not be removed although the fault is undone.
  var recordRemains: FaultError?
  var revived: Container?
  /// How many new runs of the container it has followed.
  var restarts = 0
  /// Why it could not be made again in a new run.
  var followFailure: FaultError?
  /// The processes of ours that keep it up.
  var keepers: [ProcessIdentity] = []
  /// When the container is to be looked at next, by the clock of the vigil.
  var nextGlanceSeconds = 0.0

  /// Prepares a fault on the container that the word stands for; nothing is read or changed yet.
  ///
  /// - Parameter duration: how long it lasts; nil when nobody knows, or when it is never undone.
  /// - Throws: a sentence about parameters that cannot be meant.
  public convenience init(
    _ fault: Fault, for duration: Duration?, on word: String, in world: World,
    onRestart policy: OnRestart = .follow, notify: @escaping (Notice) -> Void = { _ in }
  ) throws(FaultError) {
    let injector = try FaultCatalog.injector(for: fault)
    self.init(injector, for: duration, on: word, in: world, onRestart: policy, notify: notify)
  }

  /// Prepares an effect whose injector somebody has made already.
  public init(
    _ injector: any Injector, for duration: Duration?, on word: String, in world: World,
    onRestart policy: OnRestart = .follow, notify: @escaping (Notice) -> Void = { _ in }
  ) {
    self.injector = injector
    self.duration = duration
    self.word = word
    self.world = world
    self.policy = policy
    self.notify = notify
    let number = String(UInt32.random(in: 0x100000...0xffffff), radix: 16)
    id = "\(type(of: injector).name)-\(number)"
  }

  /// Whether the fault is undone in the end.
  var isUndone: Bool { duration != nil || injector.lasts }

  /// What the fault would do, in order, one line each; only reads.
  public func dryRun() throws(FaultError) -> [String] {
    try resolve()
    guard let container, let plan else { preconditionFailure("a resolved fault has a plan") }
    let site = world.site
    func indented(_ action: any Action) -> String { "  " + action.line(at: site) }
    var lines = ["on \(container.name) (\(container.id.prefix(12))) of \(site.engine.address):"]
    lines += plan.actions.map(indented)
    if isUndone {
      let when = duration.map { "after \($0.inSeconds) s" } ?? "after Ctrl-C"
      lines.append("\(when), whatever becomes of this process:")
      lines += plan.undo.lines(on: LedgerEntry.Target(container, at: site), at: site)
      lines.append("the undo would be recorded in \(world.ledger.folder)")
    } else {
      lines.append("and nothing would be undone")
    }
    return lines + ["nothing was changed"]
  }
}
