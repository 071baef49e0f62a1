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
    if issued == ended && clients.isDone(at: queue.now) && backends.areIdle {
      lastInVain = queue.now
      return
    }
    if change.backend == .none { return wires.change(change.disturbance, begins: change.begins) }
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
      change.begins ? stopProbing(backend) : resumeProbing(backend)
      setTimers(of: backend)
    case .fail(let rate, let status):
      overrides[backend.int].failures.note(change, (rate.fraction, UInt16(status)))
      let failures = overrides[backend.int].failures.current
      backends.change(backend, at: time) {
        $0.failureRate = failures?.rate ?? 0
        $0.failureStatus = failures?.status ?? 503
      }
    case .limitCPU(let cores):
      overrides[backend.int].cpus.note(change, cores.count)
      setCPULimit(of: backend)
    case .burnCPU(let cores):
      overrides[backend.int].competitors.note(change, cores.count)
      setCompetitors(of: backend)
    case .limitMemory(let limit):
      overrides[backend.int].memoryLimit.note(change, limit.bytes)
      setMemoryLimit(of: backend)
    case .fillMemory(let amount):
      overrides[backend.int].filling.note(change, amount.bytes)
      fillMemory(of: backend)
    case .impair, .cut:
      preconditionFailure("what happens to packets has no backend")
    }
  }

  mutating func setCPULimit(of backend: BackendIndex) {
    let configured = topology.backends[backend.int].cpus?.count
    backends.setCPULimit(
      of: backend, to: overrides[backend.int].cpus.current ?? configured ?? .infinity,
      at: queue.now + backendPaths[backend.int].ahead)
    setTimers(of: backend)
  }

  mutating func setCompetitors(of backend: BackendIndex) {
    backends.setCompetitors(
      of: backend, to: overrides[backend.int].competitors.current ?? 0,
      at: queue.now + backendPaths[backend.int].ahead)
    setTimers(of: backend)
  }

  mutating func setMemoryLimit(of backend: BackendIndex) {
    let limit = overrides[backend.int].memoryLimit.current
    let configured = topology.backends[backend.int].memory?.bytes
    let hasRoom = backends.setMemoryLimit(of: backend, to: limit ?? configured)
    if !hasRoom { dieOutOfMemory(backend) }
  }

  private mutating func fillMemory(of backend: BackendIndex) {
    let hasRoom = backends.fillMemory(
      of: backend, with: overrides[backend.int].filling.current ?? 0)
    if !hasRoom { dieOutOfMemory(backend) }
  }

  /// What a backend answers to a request that it has served: 200, or the error that a fault or the
  /// backend's own rate of errors asks for.
  @inline(__always)
  mutating func answer(of backend: BackendIndex, to request: RequestIndex) -> AttemptResult {
    backends.isFlawless(backend) ? .answered(200) : drawAnswer(of: backend, to: request)
  }

  @inline(never)
  private mutating func drawAnswer(
    of backend: BackendIndex, to request: RequestIndex
  ) -> AttemptResult {
    let condition = backends.condition(of: backend)
    // Each attempt draws for itself, so that another one may succeed.
    let number = requests[request].nextCrossing()
    var stream = failures.substream(number)
    if stream.uniform() < condition.failureRate { return .answered(condition.failureStatus) }
    var errorStream = errors.substream(number)
    return .answered(errorStream.uniform() < condition.errorRate ? 500 : 200)
  }
}
