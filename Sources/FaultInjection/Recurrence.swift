import DockerEngine
import ExperimentModel

/// A fault that happens again and again, each time to those whom its aim fits then.
public final class Recurrence {
  /// What is done each time.
  public struct Order: Sendable {
    /// What is done.
    public var injector: any Injector
    /// To whom.
    public var aim: Aim
    /// How long it lasts; nil when nobody knows, or when it is never undone.
    public var duration: Duration?
    /// The time from one beginning to the next; nil when it happens once.
    public var every: Duration?
    /// How often it happens; until a signal when nil.
    public var times: Int?
    /// What becomes of it when its container starts anew.
    public var onRestart = OnRestart.follow

    /// Orders a fault.
    ///
    /// - Throws: a sentence about parameters that cannot be meant.
    public init(_ fault: Fault, at aim: Aim) throws(FaultError) {
      self.init(try FaultCatalog.injector(for: fault), at: aim)
    }

    /// Orders an effect whose injector somebody has made already.
    public init(_ injector: any Injector, at aim: Aim) {
      self.injector = injector
      self.aim = aim
    }
  }

  private let order: Order
  private let world: Injection.World
  private var draws: Draws

  /// Prepares a fault; nothing is read or changed yet.
  public init(_ order: Order, seed: UInt64, in world: Injection.World) {
    self.order = order
    self.world = world
    draws = Draws(seed: seed)
  }

  /// What it would do the first time, one line each; only reads.
  public func dryRun(sparing report: ([String]) -> Void) throws(FaultError) -> [String] {
    let targets = try aim()
    report(targets.spared)
    return try salvo(on: targets.containers, notify: { _ in }).dryRun()
  }

  /// Makes the fault as often as it is ordered.
  ///
  /// - Parameters:
  ///   - spare: takes the names of protected containers that were left out, before each time.
  ///   - report: takes what came of each time.
  /// - Returns: the signal that ended it early; nil when none did.
  /// - Throws: one sentence when the fault did not begin; then nothing is left of it.
  public func run(
    notify: @escaping (Injection.Notice) -> Void, sparing spare: ([String]) -> Void,
    report: ([Result<Account, FaultError>]) -> Void
  ) throws(FaultError) -> Int32? {
    let start = world.vigil.uptimeSeconds
    var turn = 0
    while true {
      let targets = try aim()
      spare(targets.spared)
      let salvo = try salvo(on: targets.containers, notify: notify)
      report(try salvo.run())
      if let signal = salvo.interruption { return signal }
      turn += 1
      guard let every = order.every, turn < order.times ?? Int.max else { return nil }
      if let signal = waitUntil(start + Double(turn) * every.inSeconds) { return signal }
    }
  }

  private func aim() throws(FaultError) -> AimedContainers {
    let engine = world.engine
    let all = try FaultError.ofEngine { () throws(EngineError) in try engine.containers() }
    return try order.aim.containers(among: all, drawnFrom: &draws)
  }

  private func salvo(
    on targets: [ContainerSummary], notify: @escaping (Injection.Notice) -> Void
  ) throws(FaultError) -> Salvo {
    let (injector, hit) = try order.injector.division(of: targets, drawnFrom: &draws)
    return Salvo(
      injector, for: order.duration, on: hit.map(\.id), in: world, onRestart: order.onRestart,
      notify: notify)
  }

  /// Waits until this time of the vigil's clock; returns the signal that ended the waiting.
  private func waitUntil(_ end: Double) -> Int32? {
    while world.vigil.uptimeSeconds < end {
      let left = end - world.vigil.uptimeSeconds
      if let signal = world.vigil.rest(seconds: min(left, 0.5)) { return signal }
    }
    return nil
  }
}
