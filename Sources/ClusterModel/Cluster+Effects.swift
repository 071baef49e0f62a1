import ExperimentModel
import SimulationEngine

/// What faults do to the simulated backends.
///
/// The switch in `apply` is the simulator's one place where effects take hold; the live world has
/// the other.
extension Cluster {
  /// Lets an effect begin or end at its backend.
  @inline(never)
  mutating func apply(_ change: EffectTimeline.Change) {
    let backend = change.backend
    latest = max(latest, queue.now)
    let time = queue.now + backendPaths[backend.int].ahead
    switch change.effect {
    case .kill(_, let refuses):
      change.begins ? kill(backend, change, refuses: refuses) : start(backend)
    case .stop:
      change.begins ? stop(backend) : start(backend)
    case .pause:
      backends.change(backend, at: time) { $0.pauses += change.begins ? 1 : -1 }
      setCPUTimer(of: backend)
    case .fail(let rate, let status):
      backends.change(backend, at: time) {
        $0.failureRate = change.begins ? rate.fraction : 0
        $0.failureStatus = UInt16(status)
      }
    case .impair, .cut, .limitCPU, .burnCPU, .limitMemory, .fillMemory:
      preconditionFailure("no file says this yet")
    }
  }

  /// The process dies: whatever it had begun breaks off.
  ///
  /// Without an end in the timeline its restart policy decides whether it comes back.
  private mutating func kill(
    _ backend: BackendIndex, _ change: EffectTimeline.Change, refuses: Bool
  ) {
    let time = queue.now + backendPaths[backend.int].ahead
    backends.change(backend, at: time) {
      $0.outages += 1
      $0.refuses = refuses
      $0.isStopping = false
    }
    breakOff(at: backend)
    let condition = backends.condition(of: backend)
    guard !change.isBounded, condition.restarts < restartPolicies[backend.int].limit else { return }
    var delay = Nanoseconds.zero
    backends.change(backend, at: time) { delay = $0.nextRestartDelay(diedAt: time) }
    queue.schedule(.restarted(backend), at: queue.now + delay)
  }

  /// Everything at a backend is lost; the balancer sees each connection break.
  private mutating func breakOff(at backend: BackendIndex) {
    let time = queue.now + backendPaths[backend.int].ahead
    while let lost = backends.evict(from: backend, at: time, in: requests) {
      sendBack(lost, .brokeOff)
    }
    setCPUTimer(of: backend)
  }

  /// The engine asks the process to end: it refuses new connections and finishes its requests.
  private mutating func stop(_ backend: BackendIndex) {
    let time = queue.now + backendPaths[backend.int].ahead
    backends.change(backend, at: time) {
      $0.outages += 1
      $0.refuses = true
      $0.isStopping = true
    }
    queue.schedule(.stopped(backend), at: queue.now + Condition.graceToStop)
    finishStoppingIfIdle(backend)
  }

  /// A backend that is stopping and has nothing left to do is gone.
  mutating func finishStoppingIfIdle(_ backend: BackendIndex) {
    guard backends.condition(of: backend).isStopping, backends.isIdle(backend) else { return }
    finishStopping(backend)
  }

  /// The time to stop is over: what is not finished breaks off, and the host is gone.
  @inline(never)
  mutating func finishStopping(_ backend: BackendIndex) {
    guard backends.condition(of: backend).isStopping else { return }
    let time = queue.now + backendPaths[backend.int].ahead
    backends.change(backend, at: time) {
      $0.isStopping = false
      $0.refuses = false
    }
    breakOff(at: backend)
  }

  /// The container is started again, by whoever undoes the fault.
  private mutating func start(_ backend: BackendIndex) {
    finishStopping(backend)
    let time = queue.now + backendPaths[backend.int].ahead
    backends.change(backend, at: time) {
      $0.outages -= 1
      $0.started = time
    }
  }

  /// The container is started again by its restart policy.
  @inline(never)
  mutating func restart(_ backend: BackendIndex) {
    let time = queue.now + backendPaths[backend.int].ahead
    backends.change(backend, at: time) { $0.restarts += 1 }
    start(backend)
  }

  /// What a backend answers to a request that it has served: 200, or the error that a fault asks
  /// for.
  func answer(of backend: BackendIndex, to request: RequestIndex) -> AttemptResult {
    let condition = backends.condition(of: backend)
    if condition.failureRate == 0 { return .answered(200) }
    var stream = failures.substream(requests[request].serial)
    let isError = stream.uniform() < condition.failureRate
    return .answered(isError ? condition.failureStatus : 200)
  }
}

extension Condition {
  /// How long an engine waits after the request to stop before it kills (`docker stop`).
  static var graceToStop: Nanoseconds { Nanoseconds(10_000_000_000) }
  /// How long a connection to a host that has vanished takes to fail: the kernel asks three times
  /// for its address, a second apart (measured on Linux 6.18 on a bridge: 3.06 s).
  static var timeToFindNobody: Nanoseconds { Nanoseconds(3_060_000_000) }
}
