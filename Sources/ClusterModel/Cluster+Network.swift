import ExperimentModel
import SimulationEngine

/// What happens to messages on wires: they are lost and sent again, and clients try again.
extension Cluster {
  /// Sends a message over a wire, or what opens its connection before it.
  @inline(never)
  mutating func transmit(_ request: RequestIndex, _ transmission: Transmission) {
    guard isAwaited(request, transmission.message) else { return requests.release(request) }
    if isHopeless(transmission) { return loseForEver(request, transmission) }
    let wire = wire(of: transmission.message, request)
    if transmission.isOpening { return connect(request, transmission, over: wire) }
    // What was lost is one packet; the others have arrived.
    let bytes = bytes(of: transmission.message, request)
    let left = transmission.losses == 0 ? bytes : min(bytes, wires.payload(of: wire))
    var stream = latencyStream.substream(requests[request].nextCrossing())
    switch wires.cross(wire, bytes: left, at: queue.now, &stream) {
    case .arrives(let delay):
      queue.schedule(transmission.arrival(of: request), at: queue.now + delay)
    case .isLost(let isNoticed):
      guard isTCP else { return loseForEver(request, transmission) }
      let roundTrip = wires.roundTrip(over: wire)
      let wait =
        isNoticed
        ? Nanoseconds(nearest: roundTrip)
        : Retransmission.wait(after: transmission.losses, roundTrip: roundTrip)
      queue.schedule(.transmitted(request, transmission.repeated), at: queue.now + wait)
    }
  }

  /// Asks the other end for a connection; the message follows when it has agreed.
  private mutating func connect(
    _ request: RequestIndex, _ transmission: Transmission, over wire: Int
  ) {
    var stream = latencyStream.substream(requests[request].nextCrossing())
    if case .arrives(let there) = wires.cross(wire, bytes: 0, at: queue.now, &stream),
      case .arrives(let back) = wires.cross(wire ^ 1, bytes: 0, at: queue.now + there, &stream)
    {
      let opened = Transmission(transmission.message, isOpening: false)
      return queue.schedule(.transmitted(request, opened), at: queue.now + there + back)
    }
    // The balancer waits for a connection as long as it does for one that finds no room.
    if transmission.message == .forward { return connectAgain(request) }
    let wait = Retransmission.waitToConnect(after: transmission.losses)
    queue.schedule(.transmitted(request, transmission.repeated), at: queue.now + wait)
  }

  /// How much there is to send; a check and its answer are too short to keep others waiting.
  private func bytes(of message: Transmission.Message, _ request: RequestIndex) -> Int {
    if requests[request].state.contains(.isCheck) { return 0 }
    return clients.sizes(of: requests[request].client).bytes(of: message)
  }

  /// Whether anybody still waits for a message; what nobody waits for is not sent again.
  private func isAwaited(_ request: RequestIndex, _ message: Transmission.Message) -> Bool {
    if requests[request].state.contains(.isCheck) { return awaits(check: request) }
    return switch message {
    case .request, .reply: requests[request].state.contains(.clientWaits)
    case .forward, .answer: requests[request].state.contains(.isOutstanding)
    case .hangUp, .check: true
    }
  }

  /// Whether TCP has sent something so often that it gives the connection up.
  private func isHopeless(_ transmission: Transmission) -> Bool {
    transmission.isOpening
      ? transmission.losses == Retransmission.mostConnects
      : transmission.losses > Retransmission.mostLosses
  }

  /// A message is lost and nobody sends it again.
  ///
  /// The kernel of its sender tells its program so; that of the other end knows nothing. Without
  /// TCP nobody knows.
  private mutating func loseForEver(_ request: RequestIndex, _ transmission: Transmission) {
    if requests[request].state.contains(.isCheck) {
      // The balancer that learns nothing gives the check up when its time is over.
      let isNoticed = isTCP && transmission.message != .answer
      return isNoticed ? conclude(request, .brokeOff) : requests.release(request)
    }
    switch transmission.message {
    case .request where isTCP:
      requests[request].ending = .connection
      settle(request)
    case .forward where isTCP:
      conclude(request, .brokeOff)
    case .hangUp:
      // What the balancer still counts stays, whoever knows of it.
      let isLast =
        requests[request].references == 1 && requests[request].state.contains(.isOutstanding)
      if isLast { requests[request].state.insert(.isLost) } else { requests.release(request) }
    case .request, .forward, .answer, .reply, .check:
      requests[request].state.insert(.isLost)
    }
  }

  /// The wire that a message of a request takes.
  private mutating func wire(of message: Transmission.Message, _ request: RequestIndex) -> Int {
    let row = requests[request]
    let hop =
      switch message {
      case .request, .hangUp: clientPaths[row.client.int].there
      case .reply: clientPaths[row.client.int].back
      case .forward, .check: backendPaths[row.backend.int].there
      case .answer: backendPaths[row.backend.int].back
      }
    guard case .wire(let place) = own(hop, of: request) else {
      preconditionFailure("a wire's path is all wire")
    }
    return Int(place)
  }

  /// The hop that a request takes: where balancers have ways of their own, that of its balancer.
  ///
  /// It changes nothing: what could change something need not copy the whole first.
  @inline(__always)
  mutating func own(_ hop: Hop, of request: RequestIndex) -> Hop {
    guard case .ofBalancer(let first) = hop else { return hop }
    return ways[Int(first) + balancers.group(of: requests[request].balancer)]
  }

  /// What lets a backend be asked for a connection again.
  mutating func nextConnect(of request: RequestIndex) -> Event {
    guard case .wire = own(backendPaths[requests[request].backend.int].there, of: request) else {
      return .reachedBackend(request)
    }
    let isCheck = requests[request].state.contains(.isCheck)
    return .transmitted(request, Transmission(isCheck ? .check : .forward, isOpening: true))
  }

  // MARK: Clients that try again

  /// Lets the client of a request that has failed send it again after a pause, if it may.
  ///
  /// The new try is a row of its own, since the balancer and the backend may still work on the old
  /// one.
  mutating func retry(_ request: RequestIndex, at time: Instant) -> Bool {
    guard let pause = clients.pauseBeforeRetry(of: request, at: time, in: requests) else {
      return false
    }
    let row = requests[request]
    let again = requests.open(client: row.client, serial: row.serial, born: row.born)
    tracer.move(request, to: again)
    requests[again].tries = row.tries + 1
    // It draws from where the last try stopped, so that it does not meet the same losses again.
    requests[again].crossings = row.crossings
    requests[again].attempt = Attempt(
      now: time, key: row.attempt.key, address: row.attempt.address,
      isIdempotent: row.attempt.isIdempotent)
    queue.schedule(
      .triedAgain(again), at: time + pause + clientPaths[row.client.int].behind)
    return true
  }

  /// A client sends a request again that has failed.
  @inline(never)
  mutating func sendOnceMore(_ request: RequestIndex) {
    let client = requests[request].client
    retries += 1
    requests[request].sent = queue.now - clientPaths[client.int].behind
    trace(.sentAgain, request, at: requests[request].sent)
    depart(request, from: client)
  }
}
