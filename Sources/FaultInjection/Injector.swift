import DockerEngine
import ExperimentModel

/// One effect, ready to be made on live containers.
///
/// A new one is a file in `Faults/` and a line in `FaultCatalog`: it says which containers it can
/// disturb, which actions make it, and which undo it needs. Everything else (the ledger, the
/// guardian, signals, the report) is the same for all. It is a value that can be written down,
/// because a guardian makes the fault again when its container starts anew.
public protocol Injector: Sendable, Hashable, Codable {
  /// The word for it on the command line and in files.
  static var name: String { get }
  /// What it does, in one line.
  static var summary: String { get }

  /// What the ledger records besides the name.
  var parameters: [String: String] { get }
  /// What happened to the target, as the end of "web …": `was killed (SIGKILL)`.
  var deed: String { get }
  /// How the target is meanwhile, as the end of "web …": `is down`.
  var condition: String { get }
  /// Whether it goes on for as long as nobody ends it.
  ///
  /// Such a fault without a duration lasts until a signal ends the command. One that is over in a
  /// moment, as a kill, then has no undo.
  var lasts: Bool { get }

  /// Refuses a container that it cannot disturb; only reads.
  ///
  /// - Parameter isUndone: whether the fault will be undone after a while.
  /// - Throws: one sentence that says why, and what to do.
  func check(_ container: Container, isUndone: Bool) throws(FaultError)

  /// What would have to be done at this scene, and undone; only reads.
  ///
  /// - Throws: one sentence that says why it cannot be done there, and what to do.
  func plan(at scene: Scene) throws(FaultError) -> Plan

  /// What is done to which of the targets: the same to all of them, unless the fault divides them.
  ///
  /// - Throws: one sentence when they cannot be divided so.
  func division(
    of targets: [ContainerSummary], drawnFrom draws: inout Draws
  ) throws(FaultError) -> (injector: any Injector, targets: [ContainerSummary])
}

extension Injector {
  /// The same is done to all of them.
  public func division(
    of targets: [ContainerSummary], drawnFrom draws: inout Draws
  ) throws(FaultError) -> (injector: any Injector, targets: [ContainerSummary]) {
    (self, targets)
  }
}

/// All that an injector may know when it plans.
public struct Scene {
  /// The entry of the fault in the ledger, which actions of its own may be named after.
  public let id: String
  /// The target in its present run.
  public let container: Container
  /// How long the fault is to last; nil when nobody knows yet.
  public let duration: Duration?
  /// The engine, the machine and the ledger.
  public let site: Site
  /// The other faults in force on this container in this run, the oldest first.
  public let inForce: [LedgerEntry]
}

/// What makes a fault at one scene, and what undoes it.
public struct Plan: Sendable {
  /// What is done, in order.
  public let actions: [any Action]
  /// What undoes it, and also what undoes a part of it.
  public let undo: Undo
  /// Through what it is done.
  public let via: Mechanism

  /// Makes a plan of its parts.
  public init(_ actions: [any Action], undo: Undo, via: Mechanism) {
    self.actions = actions
    self.undo = undo
    self.via = via
  }
}

/// Through what a fault is made.
public enum Mechanism: String, Sendable, Codable, CaseIterable {
  /// The container engine's interface.
  case engine
  /// Limits and load in the target's control group.
  case cgroup
  /// The kernel's packet filter in the target's namespace.
  case filter
  /// The kernel's network emulator in the target's namespace.
  case netem
  /// A queue of packets that a process of ours lets go.
  case queue
}

/// Every fault of the live world.
public enum FaultCatalog {
  /// The faults in the order in which the help lists them.
  public static let all: [any Injector.Type] = [
    Kill.self, Stop.self, Pause.self, LimitCPU.self, BurnCPU.self, LimitMemory.self,
    FillMemory.self, LimitDisk.self, FillDisk.self, BurnDisk.self, Delay.self, Drop.self,
    RandomImpairment<Duplicate>.self, RandomImpairment<Corrupt>.self,
    RandomImpairment<Reorder>.self, Throttle.self, Degrade.self, Partition.self, Reset.self,
    Fail.self, FailNames.self,
  ]

  /// The injector for a fault of one target.
  public static func injector(for fault: Fault) throws(FaultError) -> any Injector {
    // Its several effects are made by one injector, so that they begin and end together.
    if case .degrade(let profile, let filter) = fault { return Degrade(profile, filter: filter) }
    guard let effect = fault.effects.first, fault.effects.count == 1 else {
      preconditionFailure("a fault of one target has one effect")
    }
    return try injector(for: effect)
  }

  /// The injector for an effect: the live world's only switch over effects.
  static func injector(for effect: Effect) throws(FaultError) -> any Injector {
    switch effect {
    case .kill(let signal, _): return try Kill(signal: signal)
    case .stop: return Stop()
    case .pause: return Pause()
    case .limitCPU(let cores): return LimitCPU(cores)
    case .burnCPU(let cores): return BurnCPU(cores)
    case .limitMemory(let limit): return LimitMemory(limit)
    case .fillMemory(let amount): return FillMemory(amount)
    case .fail(let rate, let status):
      return Fail(rate: rate, status: status, filter: PacketFilter())
    case .impair(let impairment, let filter): return injector(for: impairment, filter)
    case .cut(let others, let isOneWay):
      return Partition(isOneWay: isOneWay, filter: PacketFilter(peers: others))
    }
  }

  private static func injector(
    for impairment: PacketImpairment, _ filter: PacketFilter
  ) -> any Injector {
    switch impairment {
    case .delay(let delay): Delay(delay, filter: filter)
    case .drop(let loss): Drop(loss, filter: filter)
    case .duplicate(let likelihood): RandomImpairment<Duplicate>(likelihood, filter: filter)
    case .corrupt(let likelihood): RandomImpairment<Corrupt>(likelihood, filter: filter)
    case .reorder(let likelihood): RandomImpairment<Reorder>(likelihood, filter: filter)
    case .throttle(let bandwidth): Throttle(bandwidth, filter: filter)
    }
  }
}
