import DockerEngine
import FoundationEssentials

/// What has to be done to undo a fault, as the ledger records it.
///
/// Each undo looks before it acts, so that doing it twice, late, or for a fault that was never made
/// does no harm.
public enum Undo: String, Sendable, Codable {
  /// Starts the container, if it is still down from the run that was disturbed.
  case start

  /// The calls that it makes when the fault is in force.
  func calls(on id: String) -> [EngineCall] {
    switch self {
    case .start: [.start(id: id)]
    }
  }

  /// Undoes the fault, and says what there was to undo.
  func revert(
    _ target: LedgerEntry.Target, through engine: Engine
  ) throws(EngineError) -> Reversal {
    do throws(EngineError) {
      let container = try engine.inspect(target.id)
      if let verdict = nothingToDo(target, container) { return verdict }
      for call in calls(on: target.id) { try engine.perform(call) }
      return .reverted(downSince: Date(engineTime: container.state.finishedAt))
    } catch {
      if error.isNotFound { return .targetIsGone }
      throw error
    }
  }

  private func nothingToDo(_ target: LedgerEntry.Target, _ container: Container) -> Reversal? {
    let isSameRun = container.state.startedAt == target.startedAt
    switch self {
    case .start:
      if container.state.status == "removing" { return .targetIsGone }
      if container.state.isRunning { return isSameRun ? .wasNeverDown : .startedBySomebody }
      // A newer run that has ended was ended by somebody, or by itself, but not by the fault.
      return isSameRun ? nil : .stoppedBySomebody
    }
  }
}

/// What undoing a fault came to.
public enum Reversal: Sendable, Hashable {
  /// The undo was done; the container had been down since then.
  case reverted(downSince: Date?)
  /// The disturbed run never ended: the fault was not made, or the process survived it.
  case wasNeverDown
  /// Somebody started the container before.
  case startedBySomebody
  /// Somebody started the container and it ended again: it is left as it is.
  case stoppedBySomebody
  /// Somebody removed the container.
  case targetIsGone
}
