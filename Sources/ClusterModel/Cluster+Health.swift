import SimulationEngine

/// The engine's health checks.
///
/// A probe is a connection from inside the container to the backend's port: it needs a worker, or a
/// place in the backlog until one is free, and the CPU for no longer than an instant. So it says
/// what a person who asks would learn: that the backend answers, not how long its work takes.
extension Cluster {
  /// The engine begins to probe a container that has been started.
  mutating func startProbing(_ backend: BackendIndex) {
    guard monitors[backend.int].exists else { return }
    monitors[backend.int].start(at: queue.now)
    chores.add(.probeDue(backend), at: monitors[backend.int].nextProbe)
  }

  /// The engine probes a container again that was paused.
  mutating func resumeProbing(_ backend: BackendIndex) {
    let condition = backends.condition(of: backend)
    guard monitors[backend.int].exists, condition.isRunning, !condition.isFrozen else { return }
    monitors[backend.int].resume(at: queue.now)
    chores.add(.probeDue(backend), at: monitors[backend.int].nextProbe)
  }

  /// The engine probes no longer: the container is down or paused.
  mutating func stopProbing(_ backend: BackendIndex) { monitors[backend.int].stop() }

  /// A probe sets out.
  @inline(never)
  mutating func probe(_ backend: BackendIndex) {
    // The container may have been stopped since, or started anew.
    guard monitors[backend.int].nextProbe == queue.now else { return }
    probes += 1
    let request = requests.open(
      client: ClientIndex(0), serial: Cluster.firstProbe + probes, born: queue.now)
    requests[request].state = .isProbe
    monitors[backend.int].begin(request, at: queue.now)
    chores.add(.probeTimedOut(backend), at: monitors[backend.int].deadline)
    let time = queue.now + backendPaths[backend.int].ahead
    switch backends.admit(request, to: backend, at: time, in: requests) {
    case .inService: setTimers(of: backend)
    case .waits: break
    case .noRoom: requests.release(request)
    case .refused, .unreachable:
      requests.release(request)
      concludeProbe(of: backend, hasPassed: false)
    case .outOfMemory: dieOutOfMemory(backend)
    }
  }

  /// A backend has answered a probe, perhaps too late.
  @inline(never)
  mutating func endProbe(_ request: RequestIndex, of backend: BackendIndex) {
    let hasPassed = answer(of: backend, to: request) == .answered(200)
    let isAwaited = monitors[backend.int].awaits(request)
    requests.release(request)
    if isAwaited { concludeProbe(of: backend, hasPassed: hasPassed) }
  }

  /// A probe may have had its time.
  @inline(never)
  mutating func giveUpProbe(of backend: BackendIndex) {
    if monitors[backend.int].deadline == queue.now { concludeProbe(of: backend, hasPassed: false) }
  }

  private mutating func concludeProbe(of backend: BackendIndex, hasPassed: Bool) {
    let news = monitors[backend.int].conclude(hasPassed: hasPassed, at: queue.now)
    chores.add(.probeDue(backend), at: monitors[backend.int].nextProbe)
    switch news {
    case .healthy: note(.healthy, at: backend)
    case .unhealthy: note(.unhealthy, at: backend)
    case .starting, nil: break
    }
  }

  /// Where the serial numbers of probes begin, far from those of requests.
  private static var firstProbe: UInt64 { 1 << 48 }
}
