import FoundationEssentials

/// What undoing a fault came to.
public enum Reversal: Sendable, Hashable {
  /// The undo was done; after a kill, the container had been down since then.
  case reverted(downSince: Date?)
  /// The disturbed run never ended: the fault was not made, or the process survived it.
  case wasNeverDown
  /// Somebody started the container before.
  case startedBySomebody
  /// Somebody started the container and it ended again: it is left as it is.
  case stoppedBySomebody
  /// The fault was never made, or somebody else has undone it.
  case notInForce
  /// The run of the container that was disturbed is over, and the fault with it.
  case runIsOver
  /// Somebody has changed meanwhile what the fault had changed: it is left as it is.
  case changedBySomebody
  /// Somebody removed the container.
  case targetIsGone
}

extension Reversal {
  /// What the undo came to, as a sentence about this container.
  public func sentence(about target: String, _ undo: Undo) -> String {
    switch self {
    case .reverted: "\(target) \(undo.success)"
    case .wasNeverDown: "\(target) was never down, so there was nothing to undo"
    case .startedBySomebody: "\(target) runs, because somebody started it before"
    case .stoppedBySomebody:
      "\(target) was started and ended again meanwhile, so it is left as it is"
    case .notInForce: "\(target) was not disturbed any more, so there was nothing to undo"
    case .runIsOver: "\(target) ended or was started anew meanwhile, and the fault with it"
    case .changedBySomebody:
      "somebody has changed meanwhile what the fault had changed in \(target);"
        + " it is left as it is"
    case .targetIsGone: "\(target) was removed meanwhile, so there is nothing to undo"
    }
  }
}

extension Undo {
  /// What it does to a target, as the end of "web …": `was started again`.
  var success: String {
    switch self {
    case .start: "was started again"
    case .unpause: "goes on"
    case .restore: "is free of that limit"
    case .endLoad: "is free of that load"
    case .removeRules: "has its packets back as they were"
    }
  }
}
