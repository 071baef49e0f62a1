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
    let now = world.vigil.uptimeSeconds
    guard injector.lasts, let entry, now >= nextGlanceSeconds else { return false }
    nextGlanceSeconds = now + Self.restartGlanceSeconds
    do throws(FaultError) {
      switch try entry.run(seenBy: { () throws(EngineError) in world.engine }) {
      case .goesOn: return false
      case .isOver: return policy == .end
      case .isAnother where policy == .end: return true
      case .isAnother(let container): return try !follow(into: container)
      case .targetIsGone: return true
      }
    } catch {
      followFailure = error
      return true
    }
  }

  /// Makes the fault again in a new run; false when somebody else has just undone it.
  private func follow(into container: Container) throws(FaultError) -> Bool {
    guard let entry else { return false }
    let follower = Follower(injector: injector, site: world.site, vigil: world.vigil)
    switch try follower.follow(entry, into: container, secondsLeft: secondsLeft) {
    case .nothingToFollow: return false
    case .busy: return true
    case .followed(let again):
      self.entry = again.entry
      self.container = container
      plan = again.plan
      keepers = again.keepers
      restarts += 1
      return true
    }
  }
}

extension LedgerEntry {
  /// What has become of the run of a container that is disturbed.
  enum Run {
    case goesOn
    /// The container does not run, or is not there yet.
    case isOver
    /// The container is in a new run.
    case isAnother(Container)
    case targetIsGone
  }

  /// Looks what has become of the run; asks the engine only where the machine does not say it.
  ///
  /// An engine that does not answer is no reason to believe that anything has changed.
  func run(seenBy engine: () throws(EngineError) -> Engine) throws(FaultError) -> Run {
    if target.process?.isAlive == true { return .goesOn }
    let container: Container
    do throws(EngineError) {
      container = try engine().inspect(target.id)
    } catch {
      return error.isNotFound ? .targetIsGone : .goesOn
    }
    // Without a process of this machine, the run is known by when it began.
    if container.state.isRunning, container.state.startedAt == target.startedAt { return .goesOn }
    return container.state.status == "running" ? .isAnother(container) : .isOver
  }
}

/// The making of a fault once more, in a new run of its container.
struct Follower {
  let injector: any Injector
  let site: Site
  let vigil: any Vigil

  /// What came of it.
  enum Outcome {
    case followed(Again)
    /// Somebody else has just undone the fault.
    case nothingToFollow
    /// Somebody is at work on the entry.
    case busy
  }

  /// A fault in a new run.
  struct Again {
    let entry: LedgerEntry
    let plan: Plan
    let keepers: [ProcessIdentity]
  }

  /// Makes the fault of an entry in this run of its container; the entry is changed first.
  func follow(
    _ entry: LedgerEntry, into container: Container, secondsLeft: Double?
  ) throws(FaultError) -> Outcome {
    let turn = entry.undo.isShared ? try site.ledger.takeTurn() : nil
    var claim: Claim
    switch try site.ledger.attemptClaim(entry.id) {
    case .gone: return .nothingToFollow
    case .busy: return .busy
    case .claimed(let claimed): claim = consume claimed
    }
    let others = try site.ledger.entries(on: container, besides: entry.id)
    let plan = try injector.plan(
      at: Scene(
        id: entry.id, container: container,
        duration: secondsLeft.map { .seconds(max(0.001, $0)) }, site: site,
        inForce: others.filter { $0.target.startedAt == container.state.startedAt }))
    let target = LedgerEntry.Target(container, at: site)
    try claim.rewrite {
      $0.target = target
      $0.via = plan.via
      $0.undo = plan.undo
      $0.state = .guarded
    }
    _ = consume turn
    var keepers: [ProcessIdentity] = []
    for action in plan.actions {
      do throws(ActionFailure) {
        if let keeper = try action.perform(at: site).keeper { keepers.append(keeper) }
      } catch {
        throw error.fault
      }
    }
    try? claim.rewrite { $0.state = .applied }
    return .followed(Again(entry: claim.entry, plan: plan, keepers: keepers))
  }
}
