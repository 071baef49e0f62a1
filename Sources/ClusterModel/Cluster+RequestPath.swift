import SimulationEngine

/// The path of a request, from the client to a backend and back.
///
/// This is the page to read first. The switch is in the order of a request's life, and under it
/// there is one short function a stage, in the same order. Each stage ends by sending the request
/// on to the next; where that takes no time, the next stage follows in the same step.
extension Cluster {
  /// Takes one event from the queue.
  mutating func take(_ event: Event) {
    switch event {
    case .joined(let client): join(client)
    case .arrival(let client): issue(from: client)
    case .reachedBalancer(let request): route(request)
    case .wasRead(let request): think(about: request)
    case .reachedBackend(let request): admit(request)
    case .cpuDue(let backend): work(at: backend)
    case .waitOver(let backend): endWait(at: backend)
    case .answered(let request): answer(request)
    case .reachedClient(let request): settle(request)
    case .timedOut(let client): giveUp(at: client)
    case .hungUp(let request): forget(request)
    case .connectTimedOut(let request): conclude(request, .connectTimeout)
    case .unreachable(let request): conclude(request, .refused)
    case .readTimedOut(let balancer): stopWaiting(at: balancer)
    case .effectChanged(let index): apply(changes[index.int])
    case .restarted(let backend): restart(backend)
    case .listening(let backend): listen(backend)
    case .stopped(let backend): finishStopping(backend)
    case .probeDue(let backend): probe(backend)
    case .probeTimedOut(let backend): giveUpProbe(of: backend)
    case .pauseOver(let request): goOn(request)
    case .queueTimedOut(let request): giveUpWaiting(request)
    case .checkDue(let check): begin(check)
    case .checkArrived(let request): examine(request)
    case .checkTimedOut(let request): giveUpCheck(request)
    case .transmitted(let request, let transmission): transmit(request, transmission)
    case .triedAgain(let request): sendOnceMore(request)
    case .warmedUp: startMeasuring()
    }
  }

  /// One more client of a closed group begins to send; the next one follows at the same time.
  @inline(never)
  private mutating func join(_ client: ClientIndex) {
    if clients.join(client) { queue.schedule(.joined(client), at: queue.now) }
    issue(from: client)
  }

  /// A client sends a request: a row in the table, and the group's next arrival if it is open.
  @inline(__always)
  private mutating func issue(from client: ClientIndex) {
    let path = clientPaths[client.int]
    let born = queue.now - path.behind
    guard clients.send(from: client, at: born) else {
      lastInVain = queue.now
      return
    }
    let request = requests.open(client: client, serial: issued, born: born)
    issued += 1
    clients.identify(request, in: requests)
    if tracer.isOn { tracer.begin(request, requests[request]) }
    if clients.isOpen(client) {
      let next = clients.nextArrival(of: client, after: born)
      if next < .never { queue.set(timers.arrival(client), at: next + path.behind) }
    }
    if clients.everRetries(client) { clients.noteRequest(from: client, at: born) }
    depart(request, from: client)
  }

  /// A request leaves its client, for the first time or again.
  mutating func depart(_ request: RequestIndex, from client: ClientIndex) {
    if clients.startWaiting(request, of: client, in: requests) { watch(client) }
    let opens =
      balancers[BalancerIndex(0)].rules.clientsConnect && clients.takeConnection(of: client)
    if balancers.followsConnections { turnToBalancer(request, opening: opens) }
    let way = clientPaths[client.int].there
    if send(.reachedBalancer(request), request, over: way, opening: opens) { route(request) }
  }

  /// The balancer takes the request in, if it has a connection for it.
  private mutating func route(_ request: RequestIndex) {
    if requests[request].state.contains(.hasHungUp) { return requests.release(request) }
    trace(.reachedBalancer, request, at: queue.now)
    if balancers[requests[request].balancer].door.isOpen { return begin(request) }
    enter(request)
  }

  /// The balancer begins to think about the request.
  @inline(__always)
  mutating func begin(_ request: RequestIndex) {
    requests[request].attempt.begin(at: queue.now)
    attempt(request)
  }

  /// The balancer picks a backend, for the first time or again.
  mutating func attempt(_ request: RequestIndex) {
    requests[request].attempt.now = queue.now
    let balancer = requests[request].balancer
    if balancers.followsConnections, let backend = backendOfConnection(request) {
      return dispatch(request, to: backend)
    }
    guard let backend = balancers[balancer].pick(for: &requests[request].attempt) else {
      return wait(request)
    }
    dispatch(request, to: backend)
  }

  /// No backend has room: the request waits in the balancer, or is refused.
  @inline(never)
  private mutating func wait(_ request: RequestIndex) {
    let balancer = requests[request].balancer
    guard balancers[balancer].letWait(request, requests[request].attempt) else {
      balancers[balancer].abandon(requests[request].attempt)
      return reply(request, balancers[balancer].rules.nobodyUsable)
    }
    requests[request].state.insert(.isQueued)
    requests[request].picked = queue.now
    guard let lane = waits[balancer.int].queue else { return }
    requests[request].references += 1
    queue.append(.queueTimedOut(request), to: lane)
  }

  /// The request leaves for the backend that was picked for it.
  mutating func dispatch(_ request: RequestIndex, to backend: BackendIndex) {
    backends.fetch(backend)
    picked[backend.int] += 1
    requests[request].backend = backend
    requests[request].picked = queue.now
    requests[request].connects = 0
    trace(.picked, request, at: queue.now)
    requests[request].state.insert(.isOutstanding)
    let balancer = requests[request].balancer
    guard balancers[balancer].door.isOpen || takeBackendConnection(request) else { return }
    if balancers[balancer].rules.readTimeout != nil { waitForAnswer(to: request) }
    if send(
      .reachedBackend(request), request, over: backendPaths[backend.int].there,
      opening: opensConnection(request, to: backend))
    {
      admit(request)
    }
  }

  /// The backend starts the request, lets it wait, or has no room for it.
  mutating func admit(_ request: RequestIndex) {
    let backend = requests[request].backend
    let time = queue.now + backendPaths[backend.int].ahead
    let admission = backends.admit(request, to: backend, at: time, in: requests)
    trace(admission, request, at: time)
    switch admission {
    case .inService: setTimers(of: backend)
    case .outOfMemory: dieOutOfMemory(backend)
    case .waits: break
    case .noRoom: connectAgain(request)
    case .refused: sendBack(request, .refused)
    case .unreachable: noticeLater(request)
    }
  }

  /// The backend's CPU is due: a request may be done, and its answer leaves.
  @inline(__always)
  private mutating func work(at backend: BackendIndex) {
    fetch(backend)
    let time = queue.now + backendPaths[backend.int].ahead
    let done = backends.work(at: backend, at: time, in: requests)
    goOn(at: backend, at: time, done)
  }

  /// A request has waited long enough at its backend for something else than the CPU.
  @inline(never)
  private mutating func endWait(at backend: BackendIndex) {
    let time = queue.now + backendPaths[backend.int].ahead
    let done = backends.endWait(at: backend, at: time, in: requests)
    goOn(at: backend, at: time, done)
  }

  /// A backend goes on with its next request, and answers the one that it has served.
  @inline(__always)
  private mutating func goOn(at backend: BackendIndex, at time: Instant, _ done: RequestIndex?) {
    setTimers(of: backend)
    fetchNextDue()
    traceBeginning(at: backend, at: time)
    guard let request = done else { return }
    trace(.served, request, at: time)
    if requests[request].state.contains(.isProbe) {
      endProbe(request, of: backend)
    } else {
      sendBack(request, answer(of: backend, to: request))
    }
    finishStoppingIfIdle(backend)
  }

  /// The answer, or the news that there is none, is back at the balancer.
  @inline(__always)
  private mutating func answer(_ request: RequestIndex) {
    conclude(request, requests[request].result)
  }

  /// An attempt has ended: the balancer tells the client, or tries another backend.
  mutating func conclude(_ request: RequestIndex, _ result: AttemptResult) {
    // Of a client that has gone nobody waits for the answer.
    guard requests[request].state.contains(.isOutstanding) else {
      if requests[request].state.contains(.isCheck) { note(request, result) }
      return requests.release(request)
    }
    trace(result.isServerError ? .failed : .answered, request, at: queue.now)
    switch endAttempt(of: request, result) {
    case .deliver(let ending): reply(request, ending)
    case .tryAgain(after: .zero): attempt(request)
    case .tryAgain(after: let pause), .tryThere(after: let pause):
      queue.schedule(.pauseOver(request), at: queue.now + pause)
    }
  }

  /// The pause after a failed connection is over: the backend where the request has kept its place
  /// is tried again, or one is picked anew.
  private mutating func goOn(_ request: RequestIndex) {
    if requests[request].state.contains(.hasHungUp) {
      balancers[requests[request].balancer].abandon(requests[request].attempt)
      return requests.release(request)
    }
    guard requests[request].state.contains(.isOutstanding) else { return attempt(request) }
    dispatch(request, to: requests[request].backend)
  }

  /// The balancer tells the client what has become of its request.
  mutating func reply(_ request: RequestIndex, _ ending: Ending) {
    requests[request].ending = ending
    if requests[request].state.contains(.holdsConnection) { closeConnection(of: request) }
    let path = clientPaths[requests[request].client.int]
    if send(.reachedClient(request), request, over: path.back, opening: false) {
      settle(request)
    }
  }

  /// The client has its answer: one outcome, and a closed client goes on to its next request.
  mutating func settle(_ request: RequestIndex) {
    guard requests[request].state.contains(.clientWaits) else {
      return requests.release(request)
    }
    let client = requests[request].client
    let time = queue.now + clientPaths[client.int].after
    let deadline = clients.deadline(of: request, in: requests)
    if min(time, deadline) >= runEnds { return requests.release(request) }
    clients.returnConnection(of: client)
    if balancers.followsConnections { keepConnection(of: request) }
    let ending = time <= deadline ? requests[request].ending : .clientTimeout
    let isOver = end(request, as: ending, at: min(time, deadline))
    let serial = requests[request].serial
    requests.release(request)
    if isOver { sendAgain(from: client, after: serial, at: min(time, deadline)) }
  }

  /// The oldest waiting request of a group has run out of time: its client hangs up and goes on.
  @inline(never)
  private mutating func giveUp(at client: ClientIndex) {
    guard let request = clients.longestWaiting(of: client) else { return }
    let deadline = clients.deadline(of: request, in: requests)
    let path = clientPaths[client.int]
    guard deadline + path.after <= queue.now else {
      return watch(client)
    }
    let isOver = end(request, as: .clientTimeout, at: deadline)
    watch(client)
    let serial = requests[request].serial
    // The news that the client has gone takes the place of a message that is lost.
    if requests[request].state.remove(.isLost) == nil { requests[request].references += 1 }
    if send(.hungUp(request), request, over: path.there, opening: false) { forget(request) }
    if isOver { sendAgain(from: client, after: serial, at: deadline) }
  }

  /// The balancer learns that a client has gone; the backend, which does not, works on.
  @inline(never)
  private mutating func forget(_ request: RequestIndex) {
    requests[request].state.insert(.hasHungUp)
    if requests[request].state.contains(.holdsConnection) { closeConnection(of: request) }
    if requests[request].state.contains(.isAtDoor) { leaveDoor(request) }
    if requests[request].state.contains(.isOutstanding) { _ = endAttempt(of: request, .clientLeft) }
    if requests[request].state.contains(.isQueued) {
      requests[request].state.remove(.isQueued)
      balancers[requests[request].balancer].giveUpWaiting(request)
      balancers[requests[request].balancer].abandon(requests[request].attempt)
      requests.release(request)
    }
    requests.release(request)
  }
}

extension Cluster {
  /// Sends a message over a hop; true where that takes no time, and the message is there.
  @inline(__always)
  mutating func send(
    _ message: Event, _ request: RequestIndex, over hop: Hop, opening: Bool
  ) -> Bool {
    if case .none = hop { return true }
    return schedule(message, request, over: own(hop, of: request), opening: opening)
  }

  private mutating func schedule(
    _ message: Event, _ request: RequestIndex, over hop: Hop, opening: Bool
  ) -> Bool {
    switch hop {
    case .none:
      return true
    case .ofBalancer:
      preconditionFailure("a balancer's own way leads to a node")
    case .constant(let passing, let openingLane):
      queue.append(message, to: opening ? openingLane : passing)
    case .varying(let place):
      var stream = latencyStream.substream(requests[request].nextCrossing())
      let latency = latencies[Int(place)]
      var delay = latency.draw(from: &stream)
      if opening { for _ in 1..<Hop.crossingsToOpen { delay += latency.draw(from: &stream) } }
      queue.schedule(message, at: queue.now + Nanoseconds(nearest: delay))
    case .wire:
      transmit(request, Transmission(of: message, opening: opening))
    }
    return false
  }

  /// Sends what has become of a request from its backend to the balancer.
  mutating func sendBack(_ request: RequestIndex, _ result: AttemptResult) {
    requests[request].result = result
    let path = backendPaths[requests[request].backend.int]
    if send(.answered(request), request, over: path.back, opening: false) { answer(request) }
  }

  /// The balancer no longer counts a request as outstanding at its backend, and says what follows.
  @inline(__always)
  private mutating func endAttempt(of request: RequestIndex, _ result: AttemptResult) -> Verdict {
    let backend = requests[request].backend
    let balancer = requests[request].balancer
    if balancers[balancer].rules.readTimeout != nil,
      unanswered[balancer.int].remove(request, in: requests)
    {
      queue.clear(timers.readTimeout(balancer))
    }
    if balancers[balancer].idle.keepsAny { noteConnection(of: request, result) }
    requests[request].response = queue.now - requests[request].picked
    requests[request].attempt.now = queue.now
    let verdict = balancers[balancer].conclude(
      &requests[request].attempt, at: backend, after: requests[request].response, result)
    if balancers[balancer].tooManyErrors != .none { markDown(by: balancer) }
    noteTrust(in: backend, by: balancer)
    if case .tryThere = verdict { return verdict }
    requests[request].state.remove(.isOutstanding)
    if requests[request].state.contains(.holdsBackendConnection) {
      closeBackendConnection(of: request)
    }
    admitWaiting(to: backend, of: balancer)
    return verdict
  }

  /// An attempt has ended for its client, which sends the request again, or has exactly one
  /// outcome; true for the latter.
  @inline(__always)
  private mutating func end(
    _ request: RequestIndex, as ending: Ending, at time: Instant
  ) -> Bool {
    let client = requests[request].client
    requests[request].state.remove(.clientWaits)
    if clients.stopWaiting(request, of: client, in: requests) {
      queue.clear(timers.timeout(client))
    }
    if ending != .succeeded && clients.everRetries(client) && retry(request, at: time) {
      return false
    }
    let born = requests[request].born
    ended += 1
    if tracer.isOn { traceEnd(of: request, as: ending, at: time) }
    latest = max(latest, time)
    let isFull = outcomes.append(
      Outcome(
        latency: (time - born).count, sent: born.nanoseconds,
        response: requests[request].response.count, backend: requests[request].backend,
        ending: ending, isMeasured: born >= measuredFrom))
    if isFull { flushOutcomes() }
    return true
  }

  /// A closed client that is free at a time sends its next request, at once or after a pause.
  @inline(__always)
  private mutating func sendAgain(
    from client: ClientIndex, after serial: UInt64, at time: Instant
  ) {
    if clients.isOpen(client) { return }
    let path = clientPaths[client.int]
    let pause = clients.pause(of: client, after: serial)
    let heard = time + (pause ?? .zero) + path.behind
    if let lane = path.turnaround, pause == nil, time == queue.now + path.after {
      queue.append(.arrival(client), to: lane)
    } else {
      queue.schedule(.arrival(client), at: heard)
    }
  }
}
