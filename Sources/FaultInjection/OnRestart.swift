import DockerEngine
import FoundationEssentials

/// What becomes of a fault when its container starts anew in the meantime.
public enum OnRestart: String, Sendable, Codable, CaseIterable {
  /// It is made again in the new run, as long as its time is not over.
  case follow
  /// It ends with the run in which it began.
  case end
}

extension Injection {
  /// How often a container is looked at for a new run, in seconds.
  static let restartGlanceSeconds = 0.3

  /// Looks whether the container's run is over, and follows it into a new one if that is asked for.
  ///
  /// - Returns: whether the fault is over.
  func isOverWithItsRun() -> Bool {
    guard injector.lasts, let entry, vigilNow >= nextGlanceSeconds else { return false }
    nextGlanceSeconds = vigilNow + Self.restartGlanceSeconds
    if entry.target.process?.isAlive == true { return false }
    let container: Container
    do throws(EngineError) {
      container = try world.engine.inspect(entry.target.id)
    } catch {
      return error.isNotFound
    }
    // Without a process of this machine, the run is known by when it began.
    if container.state.isRunning, container.state.startedAt == entry.target.startedAt {
      return false
    }
    if policy == .end { return true }
    guard container.state.status == "running" else { return false }
    do throws(FaultError) {
      return try !follow(into: container)
    } catch {
      followFailure = error
      return true
    }
  }

  /// Makes the fault again in a new run; false when somebody else has just undone it.
  private func follow(into container: Container) throws(FaultError) -> Bool {
    guard let plan, let entry else { return false }
    let turn = plan.undo.isShared ? try world.ledger.takeTurn() : nil
    switch try world.ledger.attemptClaim(entry.id) {
    case .gone: return false
    case .busy: return true
    case .claimed(let claimed): claim = .some(consume claimed)
    }
    defer { claim = nil }
    let others = try faultsInForce(on: container)
    let again = try injector.plan(at: scene(container, besides: others))
    let target = LedgerEntry.Target(container, at: world.site)
    try record {
      $0.target = target
      $0.via = again.via
      $0.undo = again.undo
      $0.state = .guarded
    }
    _ = consume turn
    self.container = container
    self.plan = again
    for action in again.actions {
      do throws(ActionFailure) {
        try action.perform(at: world.site)
      } catch {
        throw error.fault
      }
    }
    try? record { $0.state = .applied }
    restarts += 1
    return true
  }

  private var vigilNow: Double { world.vigil.uptimeSeconds }
}
