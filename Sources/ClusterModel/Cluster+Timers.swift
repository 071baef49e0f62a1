import SimulationEngine

/// When backends, and clients that wait, want to be looked at next.
extension Cluster {
  /// Sets the timers of a backend to what its CPU and its waiting requests say is next.
  mutating func setTimers(of backend: BackendIndex) {
    if backends.mayWait(at: backend) { setWaitTimer(of: backend) }
    let due = backends.nextDue(at: backend)
    if due == .never { return queue.clear(timers.cpu(backend)) }
    queue.set(timers.cpu(backend), at: due - backendPaths[backend.int].ahead)
  }

  @inline(never)
  private mutating func setWaitTimer(of backend: BackendIndex) {
    let due = backends.nextWaitDue(at: backend)
    if due == .never { return queue.clear(timers.wait(backend)) }
    // What became due while the backend was frozen follows as soon as it is thawed.
    queue.set(timers.wait(backend), at: max(queue.now, due - backendPaths[backend.int].ahead))
  }

  /// Sets the time-out of a group to that of its longest waiting request.
  mutating func watch(_ client: ClientIndex) {
    guard let request = clients.longestWaiting(of: client) else { return }
    let deadline = clients.deadline(of: request, in: requests)
    queue.set(timers.timeout(client), at: max(queue.now, deadline + clientPaths[client.int].after))
  }
}
