import SimulationEngine

/// How long balancers wait: for a connection, for a backend that has room and for an answer.
extension Cluster {
  /// A connection that found no room is tried again, as TCP does, until the balancer gives up; a
  /// message that found none is turned away.
  @inline(never)
  mutating func connectAgain(_ request: RequestIndex) {
    let attempt = Int(requests[request].connects)
    let waits = waits[requests[request].balancer.int]
    if attempt == waits.tries { return sendBack(request, .refused) }
    requests[request].connects += 1
    let isLast = attempt == waits.tries - 1
    queue.append(
      isLast ? .connectTimedOut(request) : nextConnect(of: request), to: waits.connect(attempt))
  }

  /// The host of the backend is not there, which the balancer learns when nobody has answered.
  @inline(never)
  mutating func noticeLater(_ request: RequestIndex) {
    let waits = waits[requests[request].balancer.int]
    queue.append(
      waits.isImpatient ? .connectTimedOut(request) : .unreachable(request),
      to: waits.unreachable)
  }

  /// A request may have waited too long for a backend that has room.
  mutating func giveUpWaiting(_ request: RequestIndex) {
    defer { requests.release(request) }
    let balancer = requests[request].balancer
    guard requests[request].state.contains(.isQueued),
      let limit = balancers[balancer].rules.queueTimeout,
      requests[request].picked + limit <= queue.now
    else { return }
    requests[request].state.remove(.isQueued)
    balancers[balancer].giveUpWaiting(request)
    balancers[balancer].abandon(requests[request].attempt)
    reply(request, balancers[balancer].rules.nobodyUsable)
  }

  /// The balancer has waited long enough for an answer.
  ///
  /// The backend, which does not know, works on.
  @inline(never)
  mutating func stopWaiting(at balancer: BalancerIndex) {
    guard let request = longestUnanswered(of: balancer),
      let timeout = balancers[balancer].rules.readTimeout
    else { return }
    guard requests[request].picked + timeout <= queue.now else { return watchAnswers(of: balancer) }
    let moved = requests.detach(request)
    tracer.move(request, to: moved)
    clients.replace(request, by: moved, of: requests[moved].client, in: requests)
    unanswered[balancer.int].replace(request, by: moved, in: requests)
    if requests[moved].state.contains(.isLost) {
      requests[moved].state.remove(.isLost)
      requests.release(request)
    }
    conclude(moved, .readTimeout)
    watchAnswers(of: balancer)
  }

  /// The request for whose answer a balancer has waited longest; nil when it waits for none.
  private func longestUnanswered(of balancer: BalancerIndex) -> RequestIndex? {
    let oldest = unanswered[balancer.int].oldest
    return oldest == .none ? nil : oldest
  }

  /// The balancer begins to wait for an answer.
  mutating func waitForAnswer(to request: RequestIndex) {
    let balancer = requests[request].balancer
    if unanswered[balancer.int].append(request, in: requests) { watchAnswers(of: balancer) }
  }

  /// Sets a balancer's time-out to that of the request it has waited for longest.
  private mutating func watchAnswers(of balancer: BalancerIndex) {
    guard let request = longestUnanswered(of: balancer),
      let timeout = balancers[balancer].rules.readTimeout
    else { return }
    queue.set(
      timers.readTimeout(balancer), at: max(queue.now, requests[request].picked + timeout))
  }

  /// A backend has a free slot: requests that wait for one go there.
  @inline(__always)
  mutating func admitWaiting(to backend: BackendIndex, of balancer: BalancerIndex) {
    if balancers[balancer].rules.letsWait { admitThoseWaiting(to: backend, of: balancer) }
  }

  @inline(never)
  private mutating func admitThoseWaiting(to backend: BackendIndex, of balancer: BalancerIndex) {
    while let request = balancers[balancer].admit(to: backend) {
      requests[request].state.remove(.isQueued)
      dispatch(request, to: backend)
    }
  }
}
