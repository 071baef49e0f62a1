import ExperimentModel
import SimulationEngine

/// The connections of clients to balancers, and of balancers to backends.
extension Cluster {
  /// A request goes to the balancer that its client's connection leads to, or, on a new one, to
  /// the next in turn.
  @inline(never)
  mutating func turnToBalancer(_ request: RequestIndex, opening opens: Bool) {
    let client = requests[request].client
    if !opens, let kept = balancers.takeKept(of: client) {
      requests[request].balancer = kept.balancer
      requests[request].backend = kept.backend
      return
    }
    requests[request].balancer = balancers.open(from: client, serial: requests[request].serial)
    requests[request].state.insert(.hasOpened)
  }

  /// The client keeps its connection for its next request.
  @inline(never)
  mutating func keepConnection(of request: RequestIndex) {
    let row = requests[request]
    let rules = balancers[row.balancer].rules.program
    guard balancers[row.balancer].rules.clientsConnect, clients.keepsConnections(row.client) else {
      return
    }
    // IPVS forwards a connection as a whole, to where its first packet went.
    let isForwarded = rules == .ipvs && row.ending != .connection
    let connection = KeptConnections.Connection(
      balancer: row.balancer, backend: isForwarded ? row.backend : .none)
    balancers.keep(connection, of: row.client)
  }

  /// The backend that the request's connection already leads to, which counts it as outstanding;
  /// nil when one has to be picked.
  @inline(never)
  mutating func backendOfConnection(_ request: RequestIndex) -> BackendIndex? {
    let row = requests[request]
    guard balancers[row.balancer].rules.program == .ipvs, !row.state.contains(.hasOpened),
      row.backend != .none
    else { return nil }
    balancers[row.balancer].stay(at: row.backend)
    return row.backend
  }

  // MARK: The front door

  /// The request comes through the balancer's front door: it takes a connection, waits for one or
  /// is turned away, and is read.
  @inline(never)
  mutating func enter(_ request: RequestIndex) {
    let balancer = requests[request].balancer
    guard balancers[balancer].door.limit < .max else { return read(request) }
    if balancers[balancer].door.hasRoom {
      balancers[balancer].door.connections += 1
      requests[request].state.insert(.holdsConnection)
      return read(request)
    }
    guard balancers[balancer].door.letsWait else { return reply(request, .connection) }
    requests[request].state.insert(.isAtDoor)
    balancers[balancer].door.line.append(request, for: .none)
  }

  /// The balancer has read the request.
  mutating func think(about request: RequestIndex) {
    if requests[request].state.contains(.hasHungUp) { return requests.release(request) }
    begin(request)
  }

  private mutating func read(_ request: RequestIndex) {
    let serial = requests[request].serial
    let done = balancers[requests[request].balancer].door.read(serial: serial, at: queue.now)
    if let done { queue.schedule(.wasRead(request), at: done) } else { begin(request) }
  }

  /// A connection from a client is closed, and the request that has waited longest for one gets it.
  mutating func closeConnection(of request: RequestIndex) {
    let balancer = requests[request].balancer
    requests[request].state.remove(.holdsConnection)
    balancers[balancer].door.connections -= 1
    guard let next = balancers[balancer].door.line.first(for: .none) else { return }
    _ = balancers[balancer].door.line.remove(next)
    requests[next].state.remove(.isAtDoor)
    requests[next].state.insert(.holdsConnection)
    balancers[balancer].door.connections += 1
    let serial = requests[next].serial
    let done = balancers[balancer].door.read(serial: serial, at: queue.now) ?? queue.now
    queue.schedule(.wasRead(next), at: done)
  }

  /// The client of a request that waits for a connection has gone.
  mutating func leaveDoor(_ request: RequestIndex) {
    requests[request].state.remove(.isAtDoor)
    _ = balancers[requests[request].balancer].door.line.remove(request)
    requests.release(request)
  }

  // MARK: Connections to backends

  /// Whether a request has to open a connection to its backend.
  @inline(__always)
  mutating func opensConnection(_ request: RequestIndex, to backend: BackendIndex) -> Bool {
    let balancer = requests[request].balancer
    if !balancers[balancer].rules.balancerConnects { return false }
    if balancers[balancer].idle.keepsAny {
      return !balancers[balancer].idle.take(to: backend, at: queue.now)
    }
    return balancers[balancer].rules.program != .ipvs
      || requests[request].state.contains(.hasOpened)
  }

  /// What the end of an attempt means for its connection: an answer leaves it idle, a failure
  /// tells that those to the same backend are of no use either.
  @inline(never)
  mutating func noteConnection(of request: RequestIndex, _ result: AttemptResult) {
    let balancer = requests[request].balancer
    let backend = requests[request].backend
    switch result {
    case .answered: balancers[balancer].idle.keep(to: backend, at: queue.now)
    case .clientLeft: break
    case .refused, .brokeOff, .connectTimeout, .readTimeout:
      balancers[balancer].idle.closeAll(to: backend)
    }
  }

  /// Takes a connection to a backend out of those that the balancer may have, where those count;
  /// false when there is none, which the client is told by a 500 and the backend is not blamed for.
  @inline(never)
  mutating func takeBackendConnection(_ request: RequestIndex) -> Bool {
    let balancer = requests[request].balancer
    guard balancers[balancer].door.countsBackends, balancers[balancer].door.limit < .max else {
      return true
    }
    if balancers[balancer].door.hasRoom {
      balancers[balancer].door.connections += 1
      requests[request].state.insert(.holdsBackendConnection)
      return true
    }
    _ = balancers[balancer].conclude(
      &requests[request].attempt, at: requests[request].backend, after: .zero, .clientLeft)
    requests[request].state.remove(.isOutstanding)
    reply(request, .statusOther)
    return false
  }

  /// A connection to a backend is closed, or idle, where it can be closed for another.
  mutating func closeBackendConnection(of request: RequestIndex) {
    requests[request].state.remove(.holdsBackendConnection)
    balancers[requests[request].balancer].door.connections -= 1
  }
}
