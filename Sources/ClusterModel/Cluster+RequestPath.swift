import SimulationEngine

/// The path of a request, from the client to a backend and back.
///
/// This is the page to read first. The switch is in the order of a request's life, and under it
/// there is one short function a stage, in the same order. A stage reads one event and writes the
/// next: it schedules it, or, where no time passes, returns it to be taken at once. Which stage
/// follows which is decided here and nowhere else.
extension Cluster where Picker: ~Copyable {
  /// Takes one event, and whatever follows from it without delay.
  mutating func take(_ first: Event) {
    var event = first
    while true {
      let next: Event?
      switch event {
      case .joined(let client): next = join(client)
      case .arrival(let client): next = issue(from: client)
      case .reachedBalancer(let request): next = route(request)
      case .reachedBackend(let request): next = admit(request)
      case .cpuDue(let backend): next = work(at: backend)
      case .answered(let request): next = answer(request)
      case .reachedClient(let request): next = settle(request)
      case .timedOut(let client): next = giveUp(at: client)
      case .hungUp(let request): next = forget(request)
      case .connectTimedOut(let request): next = fail(request, conduct.connectTimeout)
      case .warmedUp: next = startMeasuring()
      }
      guard let next else { return }
      event = next
    }
  }

  /// One more client of a closed group begins to send; the next one follows at the same time.
  private mutating func join(_ client: ClientIndex) -> Event? {
    if clients.join(client) { queue.set(timers.joining(client), at: queue.now) }
    return .arrival(client)
  }

  /// A client sends a request: a row in the table, and the group's next arrival if it is open.
  private mutating func issue(from client: ClientIndex) -> Event? {
    guard clients.send(from: client, at: queue.now) else { return nil }
    let request = requests.open(client: client, serial: issued, born: queue.now)
    issued += 1
    if clients.isOpen(client) {
      let next = clients.nextArrival(of: client, after: queue.now)
      if next < .never { queue.set(timers.arrival(client), at: next) }
    }
    if let deadline = clients.startWaiting(request, of: client, in: requests) {
      queue.set(timers.timeout(client), at: deadline)
    }
    let opens = conduct.clientsConnect && clients.takeConnection(of: client)
    return send(.reachedBalancer(request), request, over: clientHops[client.int], opening: opens)
  }

  /// The balancer picks a backend.
  private mutating func route(_ request: RequestIndex) -> Event? {
    if requests[request].state.contains(.hasHungUp) { return drop(request) }
    guard let backend = picker.pick(from: upstream) else { return fail(request, .status503) }
    upstream.started(at: backend)
    picked[backend.int] += 1
    requests[request].backend = backend
    requests[request].picked = queue.now
    requests[request].state.insert(.isOutstanding)
    return send(
      .reachedBackend(request), request, over: backendHops[backend.int],
      opening: conduct.balancerConnects)
  }

  /// The backend starts the request, lets it wait, or has no room for it.
  private mutating func admit(_ request: RequestIndex) -> Event? {
    let backend = requests[request].backend
    switch backends.admit(request, to: backend, at: queue.now, in: requests) {
    case .inService: queue.set(timers.cpu(backend), at: backends.nextDue(at: backend))
    case .waits: break
    case .refused: return connectAgain(request)
    }
    return nil
  }

  /// A connection that found no room is tried again, as TCP does, until the balancer gives up.
  private mutating func connectAgain(_ request: RequestIndex) -> Event? {
    if connectLanes.count == 0 { return fail(request, conduct.refused) }
    let attempt = Int(requests[request].connects)
    requests[request].connects += 1
    let isLast = attempt == connectLanes.count - 1
    queue.append(
      isLast ? .connectTimedOut(request) : .reachedBackend(request), to: connectLanes[attempt])
    return nil
  }

  /// The backend's CPU is due: a request may be done, and its answer leaves.
  private mutating func work(at backend: BackendIndex) -> Event? {
    let done = backends.work(at: backend, at: queue.now, in: requests)
    let due = backends.nextDue(at: backend)
    if due < .never { queue.set(timers.cpu(backend), at: due) }
    guard let done else { return nil }
    return send(.answered(done), done, over: backendHops[backend.int], opening: false)
  }

  /// The answer is back at the balancer, which passes it on.
  private mutating func answer(_ request: RequestIndex) -> Event? {
    endAttempt(of: request)
    return send(
      .reachedClient(request), request, over: clientHops[requests[request].client.int],
      opening: false)
  }

  /// The balancer gives up on a request and tells the client why.
  private mutating func fail(_ request: RequestIndex, _ ending: Ending) -> Event? {
    requests[request].ending = ending
    return answer(request)
  }

  /// The client has its answer: one outcome, and a closed client goes on to its next request.
  private mutating func settle(_ request: RequestIndex) -> Event? {
    let client = requests[request].client
    guard requests[request].state.contains(.clientWaits) else { return drop(request) }
    clients.returnConnection(of: client)
    end(request, as: requests[request].ending)
    let serial = requests[request].serial
    requests.release(request)
    return sendAgain(from: client, after: serial)
  }

  /// The oldest waiting request of a group has run out of time: its client hangs up and goes on.
  private mutating func giveUp(at client: ClientIndex) -> Event? {
    guard let (request, deadline) = clients.longestWaiting(of: client, in: requests) else {
      return nil
    }
    guard deadline <= queue.now else {
      queue.set(timers.timeout(client), at: deadline)
      return nil
    }
    end(request, as: .clientTimeout)
    if let (_, next) = clients.longestWaiting(of: client, in: requests) {
      queue.set(timers.timeout(client), at: max(next, queue.now))
    }
    requests[request].references += 1
    let serial = requests[request].serial
    if let news = send(
      .hungUp(request), request, over: clientHops[client.int], opening: false)
    {
      take(news)
    }
    return sendAgain(from: client, after: serial)
  }

  /// The balancer learns that a client has gone; the backend, which does not, works on.
  private mutating func forget(_ request: RequestIndex) -> Event? {
    requests[request].state.insert(.hasHungUp)
    endAttempt(of: request)
    return drop(request)
  }

  /// The warm-up is over.
  private mutating func startMeasuring() -> Event? {
    backends.restartUsage(at: queue.now)
    return nil
  }
}

extension Cluster where Picker: ~Copyable {
  /// Sends a message over a hop; where that takes no time, the message is back at once.
  private mutating func send(
    _ message: Event, _ request: RequestIndex, over hop: Hop, opening: Bool
  ) -> Event? {
    switch hop {
    case .none:
      return message
    case .constant(let passing, let openingLane):
      queue.append(message, to: opening ? openingLane : passing)
    case .varying(let latency):
      var stream = latencies.substream(requests[request].nextCrossing())
      var delay = latency.draw(from: &stream)
      if opening { for _ in 1..<Hop.crossingsToOpen { delay += latency.draw(from: &stream) } }
      queue.schedule(message, at: queue.now + Nanoseconds(nearest: delay))
    }
    return nil
  }

  /// The balancer no longer counts a request as outstanding at its backend.
  private mutating func endAttempt(of request: RequestIndex) {
    guard requests[request].state.contains(.isOutstanding) else { return }
    requests[request].state.remove(.isOutstanding)
    requests[request].response = queue.now - requests[request].picked
    upstream.ended(at: requests[request].backend)
  }

  /// A request has ended for its client: exactly one outcome.
  private mutating func end(_ request: RequestIndex, as ending: Ending) {
    let row = requests[request]
    requests[request].state.remove(.clientWaits)
    if clients.stopWaiting(request, of: row.client, in: requests) {
      queue.clear(timers.timeout(row.client))
    }
    ended += 1
    let isFull = outcomes.append(
      Outcome(
        latency: (queue.now - row.born).count, response: row.response.count,
        backend: row.backend, ending: ending, isMeasured: row.born >= measuredFrom))
    if isFull { flushOutcomes() }
  }

  /// A closed client sends its next request, at once or after a pause.
  private mutating func sendAgain(from client: ClientIndex, after serial: UInt64) -> Event? {
    if clients.isOpen(client) { return nil }
    guard let pause = clients.pause(of: client, after: serial) else { return .arrival(client) }
    queue.schedule(.arrival(client), at: queue.now + pause)
    return nil
  }

  /// The message that a request travelled in has arrived for good.
  private mutating func drop(_ request: RequestIndex) -> Event? {
    requests.release(request)
    return nil
  }
}
