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

  /// What undoes it.
  public let undo: Undo
  /// When it had been undone; nil when it was not.
  public let endedAt: Date?

  /// How many new runs of the container the fault has followed.
  public let restarts: Int

  /// The account as one sentence, without a full stop.
  public var sentence: String {
    if case .start = undo { return sentenceAboutDeath }
    let span = endedAt.map { " for \(twoDecimals($0.timeIntervalSince(at))) s" } ?? ""
    let followed = restarts == 0 ? "" : ", through \(restarts) of its restarts"
    let beginning = "\(target) \(deed) at \(clockTime(at))"
    if wasHealedElsewhere {
      return "\(beginning)\(span), was healed early by another chaos process, and \(undo.success)"
    }
    switch reversal {
    case .reverted?: return "\(beginning)\(span)\(followed), and \(undo.success)"
    case .notInForce?:
      return "\(beginning); somebody undid that before its end, so there was nothing to undo"
    case nil: return beginning
    case let other?: return "\(beginning); \(other.sentence(about: target, undo))"
    }
  }

  private var sentenceAboutDeath: String {
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
    case nil:
      return "\(beginning), and nothing will start it again"
    case let other?:
      return "\(beginning); \(other.sentence(about: target, undo))"
    }
  }

  private var health: String {
    revived?.state.health.map { " (its health check says \($0))" } ?? ""
  }
}

extension Injection {
  /// What became of the fault, at the end of its path.
  func account() -> Account {
    guard let container, let appliedAt, let plan else {
      preconditionFailure("the path was not walked")
    }
    var interruption: Int32?
    if case .signal(let signal) = ending { interruption = signal }
    return Account(
      target: container.name, deed: injector.deed, at: appliedAt, interruption: interruption,
      wasHealedElsewhere: ending == .healedElsewhere, reversal: reversal,
      wasUndone: entry != nil, revived: revived, undo: plan.undo, endedAt: endedAt,
      restarts: restarts)
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
