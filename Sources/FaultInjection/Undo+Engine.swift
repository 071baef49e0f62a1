import DockerEngine
import FoundationEssentials

// Undoing through the engine, which knows what a container does now.
extension Undo {
  /// Starts a container that is down from the run that was disturbed.
  func startAgain(
    _ target: LedgerEntry.Target, through engine: Engine
  ) throws(FaultError) -> Reversal {
    try Self.unlessGone { () throws(EngineError) in
      let container = try engine.inspect(target.id)
      if container.state.status == "removing" { return .targetIsGone }
      let isSameRun = container.state.startedAt == target.startedAt
      if container.state.isRunning { return isSameRun ? .wasNeverDown : .startedBySomebody }
      // A newer run that has ended was ended by somebody, or by itself, but not by the fault.
      guard isSameRun else { return .stoppedBySomebody }
      try engine.perform(.start(id: target.id))
      return .reverted(downSince: Date(engineTime: container.state.finishedAt))
    }
  }

  /// Lets a container go on that is frozen in the run that was disturbed.
  func thaw(_ target: LedgerEntry.Target, through engine: Engine) throws(FaultError) -> Reversal {
    try Self.unlessGone { () throws(EngineError) in
      let container = try engine.inspect(target.id)
      guard container.state.isRunning, container.state.startedAt == target.startedAt else {
        return .runIsOver
      }
      guard container.state.isPaused else { return .notInForce }
      do throws(EngineError) {
        try engine.perform(.unpause(id: target.id))
      } catch {
        // Somebody may have been faster between the look and the call.
        if error.isConflict { return .notInForce }
        throw error
      }
      return .reverted(downSince: nil)
    }
  }

  /// Does a part of an undo, which is done when the container does not exist any more.
  private static func unlessGone(
    _ part: () throws(EngineError) -> Reversal
  ) throws(FaultError) -> Reversal {
    do throws(EngineError) {
      return try part()
    } catch {
      if error.isNotFound { return .targetIsGone }
      throw FaultError(error)
    }
  }
}
