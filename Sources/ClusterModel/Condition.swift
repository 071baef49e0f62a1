import ExperimentModel
import SimulationEngine

/// What has become of a backend's container: whether it runs, and what it answers.
struct Condition: BitwiseCopyable {
  /// The share of its answers that are a 500 of its own.
  let errorRate: Double
  /// How many kills and stops are in force, deaths for want of memory included.
  var outages: Int32 = 0
  /// Whether it has been started and does not listen yet.
  var isStarting = false
  /// How many pauses are in force.
  var pauses: Int32 = 0
  /// Whether, while it is not up, its host refuses connections instead of being unreachable.
  var refuses = false
  /// Whether it has been told to stop, and finishes what it has begun.
  var isStopping = false
  /// The share of its answers that a fault makes errors, and their status.
  var failureRate = 0.0
  var failureStatus: UInt16 = 503
  /// When it was last started, and how long its engine waits before starting it again.
  var started = Instant.zero
  var restartDelay = Condition.firstRestartDelay
  /// How often its restart policy has started it again.
  var restarts = 0
  /// How often it was killed for want of memory.
  var outOfMemoryKills = 0

  init(errorRate: Double) { self.errorRate = errorRate }

  /// Whether it accepts connections.
  var isUp: Bool { outages == 0 && !isStarting }
  /// Whether its process is there: it holds memory and can be probed.
  var isRunning: Bool { outages == 0 }
  /// Whether it does nothing with them.
  var isFrozen: Bool { pauses > 0 }

  /// Docker's first delay before a restart; it doubles each time, and begins anew after a container
  /// has run for ten seconds (moby, restartmanager).
  static var firstRestartDelay: Nanoseconds { Nanoseconds(100_000_000) }
  private static var longestRestartDelay: Nanoseconds { Nanoseconds(60_000_000_000) }
  private static var longRun: Nanoseconds { Nanoseconds(10_000_000_000) }

  /// How long its engine waits before it starts it again, after it has died at a time.
  mutating func nextRestartDelay(diedAt time: Instant) -> Nanoseconds {
    if !(time - started < Condition.longRun) { restartDelay = Condition.firstRestartDelay }
    let delay = restartDelay
    restartDelay = min(restartDelay * 2, Condition.longestRestartDelay)
    return delay
  }
}

/// Whether a container that died is started again.
struct RestartRule: BitwiseCopyable {
  /// How often at most; 0 for never.
  let limit: Int

  init(_ policy: RestartPolicy) {
    switch policy {
    case .no: limit = 0
    case .always, .unlessStopped: limit = .max
    case .onFailure(let tries): limit = tries ?? .max
    }
  }
}
