import SimulationEngine
import Statistics

/// What a system is like at a moment: counts and integrals that only grow, and states.
struct ClusterReading {
  /// The moment, on the balancer's clock.
  let time: Instant
  /// Requests that clients have sent, and that have ended for them.
  let issued, ended: Int
  /// The backends in the order of the file.
  let backends: [BackendReading]
}

/// What a backend is like at a moment.
struct BackendReading: BitwiseCopyable {
  var picked = 0
  var usage = UsageReading()
  var inService = 0
  var state = ContainerState.up
  var health = ContainerHealth.none
  /// How many balancers count on it.
  var balancers = 0
}

/// What a backend has used since the start of the run, in nanoseconds.
struct UsageReading: BitwiseCopyable {
  /// CPU time used, and CPU time that was there; infinity where any amount was.
  var used = 0.0
  var available = 0.0
  /// Time with a request in service, and such time in which the quota was spent.
  var busy = 0.0
  var throttled = 0.0
  /// The time that requests have waited for a worker.
  var waited = 0.0

  static func + (a: UsageReading, b: UsageReading) -> UsageReading {
    UsageReading(
      used: a.used + b.used, available: a.available + b.available, busy: a.busy + b.busy,
      throttled: a.throttled + b.throttled, waited: a.waited + b.waited)
  }
}

/// Readings change nothing: not even the digits of what is rounded differ by one.
extension Processor {
  /// What it has used since the measurement began, as of a time up to which nothing but time
  /// passes.
  func reading(at time: Instant) -> UsageReading {
    let elapsed = Double(max(0, (time - now).count))
    var reading = UsageReading(
      used: usage.used,
      available: usage.offered + capacity * Double(max(0, (time - usage.offeredFrom).count)),
      busy: usage.busy, throttled: usage.throttled)
    if isFrozen { return reading }
    let drain = min(Double(jobs.count) + competitors, cores)
    if jobs.count == 0 {
      // Competitors that are alone have no events: here they go on as they do in the long run.
      reading.used += min(drain, capacity) * elapsed
    } else if isThrottled {
      reading.busy += elapsed
      reading.throttled += elapsed
    } else {
      reading.busy += elapsed
      reading.used += drain * elapsed
    }
    return reading
  }
}

extension BackendPool {
  /// What a backend is like at a time of its clock, up to which nothing but time passes.
  func reading(of backend: BackendIndex, at time: Instant) -> BackendReading {
    let row = rows + backend.int
    var reading = BackendReading()
    reading.usage = row.pointee.processor.reading(at: time)
    reading.usage.waited = row.pointee.waiting.integral(until: time.nanoseconds)
    reading.inService = row.pointee.inService
    reading.state = row.pointee.condition.state
    return reading
  }
}

extension Condition {
  /// The state in one word.
  fileprivate var state: ContainerState {
    if isStopping { return .stopping }
    if !isRunning { return .down }
    if isFrozen { return .paused }
    return isStarting ? .starting : .up
  }
}

extension HealthMonitor {
  /// What it says of its container.
  var health: ContainerHealth {
    guard exists else { return .none }
    return switch status {
    case .starting: .starting
    case .healthy: .healthy
    case .unhealthy: .unhealthy
    }
  }
}
