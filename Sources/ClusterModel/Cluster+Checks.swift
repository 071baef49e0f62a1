import SimulationEngine

/// The checks by which balancers find out by themselves whether a backend works.
///
/// A check goes the way of a request, over a connection of its own. One that asks for an answer
/// costs the backend what a request costs; one that asks for a connection has it from the kernel,
/// whatever the process does.
extension Cluster {
  /// A backend is checked, as long as there is somebody to balance for.
  @inline(never)
  mutating func begin(_ index: CheckIndex) {
    lastInVain = queue.now
    if issued == ended && clients.isDone(at: queue.now) { return }
    let check = checks[index]
    // The number of a check is out of the way of those of requests, so that nothing they draw is
    // the same.
    let serial = checks.nextSerial()
    let request = requests.open(client: ClientIndex(index.int), serial: serial, born: queue.now)
    requests[request].state = [.isCheck]
    requests[request].backend = check.backend
    requests[request].balancer = BalancerIndex(balancers.minds(of: check.group).lowerBound)
    requests[request].references = 2
    checks[index].request = request
    queue.schedule(.checkTimedOut(request), at: queue.now + check.timeout)
    let path = backendPaths[check.backend.int]
    if send(.checkArrived(request), request, over: path.there, opening: true) { examine(request) }
  }

  /// A check has reached its backend.
  @inline(never)
  mutating func examine(_ request: RequestIndex) {
    lastInVain = queue.now
    let backend = requests[request].backend
    let check = checks[index(of: request)]
    guard backends.condition(of: backend).isUp, !check.asksForAnswer else { return admit(request) }
    if backends.accepts(backend) { sendBack(request, .answered(200)) } else { admit(request) }
  }

  /// The end of a check is known, unless the balancer has given up before.
  @inline(never)
  mutating func note(_ request: RequestIndex, _ result: AttemptResult) {
    lastInVain = queue.now
    let index = index(of: request)
    guard checks[index].request == request else { return }
    finish(index, checks[index].take(result))
  }

  /// A check has waited long enough, unless its end is known.
  @inline(never)
  mutating func giveUpCheck(_ request: RequestIndex) {
    lastInVain = queue.now
    let index = index(of: request)
    if checks[index].request == request { finish(index, checks[index].take(.readTimeout)) }
    requests.release(request)
  }

  /// A server has answered with too many errors for HAProxy, which takes that as its checks'
  /// failure (`on-error mark-down`): it is down until enough of them succeed.
  @inline(never)
  mutating func markDown(by balancer: BalancerIndex) {
    let server = balancers[balancer].tooManyErrors
    balancers[balancer].tooManyErrors = .none
    let group = balancers.group(of: balancer)
    guard let index = checks.index(of: server, by: group) else { return }
    if let change = checks[index].takeDown() { spread(change, by: index) }
  }

  /// Whether the balancer still waits for the end of a check.
  func awaits(check request: RequestIndex) -> Bool {
    checks[index(of: request)].request == request
  }

  private func index(of request: RequestIndex) -> CheckIndex {
    CheckIndex(requests[request].client.int)
  }

  /// A check has ended, and the next one is due after a while.
  private mutating func finish(_ index: CheckIndex, _ change: ServerHealth.Change?) {
    checks[index].request = .none
    let check = checks[index]
    queue.schedule(.checkDue(index), at: queue.now + check.pause)
    if let change { spread(change, by: index) }
  }

  /// All workers of the balancer learn that a backend has come or gone.
  private mutating func spread(_ change: ServerHealth.Change, by index: CheckIndex) {
    let check = checks[index]
    for balancer in balancers.minds(of: check.group).map(BalancerIndex.init) {
      balancers[balancer].setHealth(of: check.backend, isGood: change == .up, at: queue.now)
      noteTrust(in: check.backend, by: balancer)
      if change == .up {
        admitWaiting(to: check.backend, of: balancer)
        continue
      }
      while let waiting = balancers[balancer].redistribute(from: check.backend) {
        requests[waiting].state.remove(.isQueued)
        attempt(waiting)
      }
    }
  }
}
