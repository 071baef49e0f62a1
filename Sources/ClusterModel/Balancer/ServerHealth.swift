/// What HAProxy's active checks make of one server: a counter that failures lower and successes
/// raise.
///
/// The server is up as long as the counter has reached `rise`. It starts there, up but on trial:
/// before its first success a single failure takes it down. Once up for good it goes down after
/// `fall` failures, and down it comes up after `rise` successes.
///
/// Source: `src/check.c` of HAProxy 2.6 (check_notify_failure, check_notify_success).
package struct ServerHealth: BitwiseCopyable, Sendable {
  private let rise, fall: Int32
  private var health: Int32

  /// A change of the state.
  package enum Change: BitwiseCopyable, Sendable {
    /// The server can be used from now on.
    case up
    /// The server can no longer be used.
    case down
  }

  /// How soon the next check follows.
  package enum Pace: BitwiseCopyable, Sendable {
    /// The server is up for good: `inter`.
    case normal
    /// Between up and down: `fastinter`.
    case fast
    /// The server is down: `downinter`.
    case down
  }

  /// Makes the checks of a server that has just been started.
  ///
  /// - Parameters:
  ///   - rise: how many successes bring it up; at least 1.
  ///   - fall: how many failures take it down; at least 1.
  ///   - isOnTrial: whether the first check can take it down, as in HAProxy.
  package init(rise: Int = 2, fall: Int = 3, isOnTrial: Bool = true) {
    precondition(rise > 0 && fall > 0, "checks need a success to rise and a failure to fall")
    self.rise = Int32(rise)
    self.fall = Int32(fall)
    health = Int32(isOnTrial ? rise : rise + fall - 1)
  }

  /// Whether the server is up.
  package var isUp: Bool { health >= rise }

  /// How soon the next check follows.
  package var pace: Pace {
    if health == 0 { return .down }
    return health == rise + fall - 1 ? .normal : .fast
  }

  /// Takes a failure that counts as many, as a bad status does in Envoy.
  package mutating func takeDown() -> Change? {
    let wasUp = isUp
    health = 0
    return wasUp ? .down : nil
  }

  /// Takes the result of a check, and says whether it changes the state.
  package mutating func take(hasPassed: Bool) -> Change? {
    let wasUp = isUp
    if hasPassed {
      health = health + 1 >= rise ? rise + fall - 1 : health + 1
    } else {
      health = health > rise ? health - 1 : 0
    }
    return isUp == wasUp ? nil : isUp ? .up : .down
  }
}
