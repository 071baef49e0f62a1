import SimulationEngine

/// What happens to the containers of the backends.
extension BackendPool {
  /// What has become of a backend's container.
  func condition(of backend: BackendIndex) -> Condition { rows[backend.int].condition }

  /// Whether all answers of a backend are good.
  @inline(__always)
  func isFlawless(_ backend: BackendIndex) -> Bool {
    let row = rows + backend.int
    return row.pointee.condition.failureRate == 0 && row.pointee.condition.errorRate == 0
  }

  /// Whether a backend has been told to stop, and finishes what it has begun.
  @inline(__always)
  func isStopping(_ backend: BackendIndex) -> Bool {
    (rows + backend.int).pointee.condition.isStopping
  }

  /// Lets a change of a backend's condition take hold.
  func change(_ backend: BackendIndex, at time: Instant, _ change: (inout Condition) -> Void) {
    let row = rows + backend.int
    let wasFrozen = row.pointee.condition.isFrozen
    change(&row.pointee.condition)
    let isFrozen = row.pointee.condition.isFrozen
    if isFrozen && !wasFrozen { row.pointee.processor.freeze(at: time) }
    if wasFrozen && !isFrozen { row.pointee.processor.thaw(at: time) }
  }

  /// Sets a backend's CPU quota in cores, infinity for none.
  func setCPULimit(of backend: BackendIndex, to cpus: Double, at time: Instant) {
    rows[backend.int].processor.setLimit(cpus: cpus, at: time)
  }

  /// Lets so many other threads compete for a backend's CPU.
  func setCompetitors(of backend: BackendIndex, to threads: Double, at time: Instant) {
    rows[backend.int].processor.setCompetitors(threads, at: time)
  }

  /// Sets a backend's memory limit, nil for none; false when its running process is over it.
  func setMemoryLimit(of backend: BackendIndex, to bytes: Int?) -> Bool {
    let row = rows + backend.int
    let hasRoom = row.pointee.memory.setLimit(bytes, requests: row.pointee.inService)
    return hasRoom || !row.pointee.condition.isRunning
  }

  /// Takes memory of a backend's running container; false when that is more than it may have.
  func fillMemory(of backend: BackendIndex, with bytes: Int) -> Bool {
    let row = rows + backend.int
    guard row.pointee.condition.isRunning else { return true }
    return row.pointee.memory.fill(bytes, requests: row.pointee.inService)
  }

  /// The process of a backend has died: its memory is free.
  func clearMemory(of backend: BackendIndex) { rows[backend.int].memory.clear() }
}
