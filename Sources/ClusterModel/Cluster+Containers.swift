import ExperimentModel
import SimulationEngine

/// How the containers of the backends end and come back.
extension Cluster {
  /// The process dies: whatever it had begun breaks off.
  ///
  /// Without an end in the timeline its restart policy decides whether it comes back.
  mutating func kill(
    _ backend: BackendIndex, _ change: EffectTimeline.Change, refuses: Bool
  ) {
    die(backend, refuses: refuses)
    if !change.isBounded { restartByPolicy(backend) }
  }

  /// The kernel kills the process, which has gone over its memory limit (exit status 137).
  ///
  /// The container stops with it, and the engine takes its network away, as after any other death.
  @inline(never)
  mutating func dieOutOfMemory(_ backend: BackendIndex) {
    let time = queue.now + backendPaths[backend.int].ahead
    backends.change(backend, at: time) { $0.outOfMemoryKills += 1 }
    note(.outOfMemory, at: backend)
    die(backend, refuses: false)
    restartByPolicy(backend)
  }

  private mutating func die(_ backend: BackendIndex, refuses: Bool) {
    let time = queue.now + backendPaths[backend.int].ahead
    backends.change(backend, at: time) {
      $0.outages += 1
      $0.refuses = refuses
      $0.isStopping = false
      $0.isStarting = false
    }
    note(.died, at: backend)
    breakOff(at: backend)
  }

  /// Everything at a backend is lost; the balancer sees each connection break.
  private mutating func breakOff(at backend: BackendIndex) {
    let time = queue.now + backendPaths[backend.int].ahead
    while let lost = backends.evict(from: backend, at: time, in: requests) {
      if requests[lost].state.contains(.isProbe) {
        requests.release(lost)
      } else {
        sendBack(lost, .brokeOff)
      }
    }
    endOverrides(of: backend)
    stopProbing(backend)
    setTimers(of: backend)
  }

  /// The limits and loads that faults have put on a container end with its run: they are written
  /// into a control group that the next run has not.
  private mutating func endOverrides(of backend: BackendIndex) {
    backends.clearMemory(of: backend)
    if overrides.isEmpty { return }
    overrides[backend.int].endRun()
    setCPULimit(of: backend)
    setCompetitors(of: backend)
    setMemoryLimit(of: backend)
  }

  private mutating func restartByPolicy(_ backend: BackendIndex) {
    let time = queue.now + backendPaths[backend.int].ahead
    let condition = backends.condition(of: backend)
    guard condition.restarts < restartPolicies[backend.int].limit else { return }
    var delay = Nanoseconds.zero
    backends.change(backend, at: time) { delay = $0.nextRestartDelay(diedAt: time) }
    queue.schedule(.restarted(backend), at: queue.now + delay)
  }

  /// The engine asks the process to end: it refuses new connections and finishes its requests.
  mutating func stop(_ backend: BackendIndex) {
    let time = queue.now + backendPaths[backend.int].ahead
    backends.change(backend, at: time) {
      $0.outages += 1
      $0.refuses = true
      $0.isStopping = true
      $0.isStarting = false
    }
    stopProbing(backend)
    queue.schedule(.stopped(backend), at: queue.now + Condition.graceToStop)
    finishStoppingIfIdle(backend)
  }

  /// A backend that is stopping and has nothing left to do is gone.
  mutating func finishStoppingIfIdle(_ backend: BackendIndex) {
    guard backends.isStopping(backend), backends.isIdle(backend) else { return }
    finishStopping(backend)
  }

  /// The time to stop is over: what is not finished breaks off, and the host is gone.
  @inline(never)
  mutating func finishStopping(_ backend: BackendIndex) {
    guard backends.isStopping(backend) else { return }
    let time = queue.now + backendPaths[backend.int].ahead
    backends.change(backend, at: time) {
      $0.isStopping = false
      $0.refuses = false
    }
    note(.died, at: backend)
    breakOff(at: backend)
  }

  /// The container is started again, by whoever undoes the fault or by its restart policy.
  mutating func start(_ backend: BackendIndex) {
    finishStopping(backend)
    let time = queue.now + backendPaths[backend.int].ahead
    let startup = startups[backend.int]
    backends.change(backend, at: time) {
      $0.outages -= 1
      $0.started = time
      $0.isStarting = $0.isRunning && startup > .zero
      if $0.isStarting { $0.refuses = true }
    }
    guard backends.condition(of: backend).isRunning else { return }
    note(.started, at: backend)
    startProbing(backend)
    if startup > .zero { queue.schedule(.listening(backend), at: queue.now + startup) }
  }

  /// A container that has been started accepts connections from now on.
  @inline(never)
  mutating func listen(_ backend: BackendIndex) {
    let time = queue.now + backendPaths[backend.int].ahead
    backends.change(backend, at: time) {
      // An earlier start may have come to nothing.
      if $0.isStarting && $0.started + startups[backend.int] <= time { $0.isStarting = false }
    }
  }

  /// The container is started again by its restart policy.
  @inline(never)
  mutating func restart(_ backend: BackendIndex) {
    let time = queue.now + backendPaths[backend.int].ahead
    backends.change(backend, at: time) { $0.restarts += 1 }
    start(backend)
  }

  /// Notes what has happened to a container, as `docker events` tells it.
  mutating func note(_ kind: ContainerEvent.Kind, at backend: BackendIndex) {
    guard containerEvents.count < ContainerEvent.limit else { return }
    let time = queue.now + backendPaths[backend.int].ahead
    containerEvents.append(
      ContainerEvent(
        seconds: (time - .zero).seconds, backend: topology.backends[backend.int].name,
        kind: kind))
  }
}

extension Condition {
  /// How long an engine waits after the request to stop before it kills (`docker stop`).
  static var graceToStop: Nanoseconds { Nanoseconds(10_000_000_000) }
  /// How long a connection to a host that has vanished takes to fail: the kernel asks three times
  /// for its address, a second apart (measured on Linux 6.18 on a bridge: 3.06 s).
  static var timeToFindNobody: Nanoseconds { Nanoseconds(3_060_000_000) }
}
