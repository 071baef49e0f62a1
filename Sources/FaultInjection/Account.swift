import DockerEngine
import FoundationEssentials
import Glibc

/// What became of a fault: what happened, when, for how long, and how things are now.
public struct Account: Sendable, Hashable {
  /// The container's name.
  public let target: String
  /// What happened to it, such as `was killed (SIGKILL)`.
  public let deed: String
  /// When the engine had done it.
  public let at: Date
  /// The signal that ended the fault early; nil when none did.
  public let interruption: Int32?
  /// Whether another process of `chaos` undid the fault.
  public let wasHealedElsewhere: Bool
  /// What there was to undo; nil when nothing was to be undone, or another process did it.
  public let reversal: Reversal?
  /// Whether the fault was to be undone at all.
  public let wasUndone: Bool
  /// The container after the undo; nil when it was not looked at, or does not exist any more.
  public let revived: Container?

  /// The account as one sentence, without a full stop.
  public var sentence: String {
    let beginning = "\(target) \(deed) at \(clockTime(at))"
    if wasHealedElsewhere {
      return revived == nil
        ? "\(beginning), and does not exist any more"
        : "\(beginning), was healed early by another chaos process, and runs again\(health)"
    }
    switch reversal {
    case .reverted(let down):
      let seconds = down.flatMap { down in
        revived.flatMap { Date(engineTime: $0.state.startedAt)?.timeIntervalSince(down) }
      }
      let span = seconds.map { ", was down \(twoDecimals($0)) s," } ?? ""
      return revived == nil
        ? "\(beginning), was started again, and was removed at once by somebody"
        : "\(beginning)\(span) and runs again\(health)"
    case .wasNeverDown?:
      return "\(target) was sent a signal at \(clockTime(at)) and survived it: it still runs,"
        + " so there is nothing to undo (if it is still shutting down, nothing will start it again)"
    case .startedBySomebody?, .stoppedBySomebody?, .targetIsGone?:
      return "\(beginning); \(reversal?.sentence(about: target) ?? "")"
    case nil:
      return "\(beginning), and nothing will start it again"
    }
  }

  private var health: String {
    revived?.state.health.map { " (its health check says \($0))" } ?? ""
  }
}

extension Injection {
  /// What became of the fault, at the end of its path.
  func account() -> Account {
    guard let container, let appliedAt else { preconditionFailure("the path was not walked") }
    var interruption: Int32?
    if case .signal(let signal) = ending { interruption = signal }
    return Account(
      target: container.name, deed: injector.deed, at: appliedAt, interruption: interruption,
      wasHealedElsewhere: ending == .healedElsewhere, reversal: reversal,
      wasUndone: entry != nil, revived: revived)
  }
}

extension Reversal {
  /// What the undo came to, as a sentence about this container.
  public func sentence(about target: String) -> String {
    switch self {
    case .reverted: "\(target) was started again"
    case .wasNeverDown: "\(target) was never down, so there was nothing to undo"
    case .startedBySomebody: "\(target) runs, because somebody started it before"
    case .stoppedBySomebody:
      "\(target) was started and ended again meanwhile, so it is left as it is"
    case .targetIsGone: "\(target) was removed meanwhile, so there is nothing to undo"
    }
  }
}

/// A time of day as people read it here, such as `10:00:00`.
public func clockTime(_ date: Date) -> String {
  var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
  var parts = tm()
  localtime_r(&seconds, &parts)
  func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
}

/// A number with two digits after the point.
func twoDecimals(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  let rest = hundredths % 100
  return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}
