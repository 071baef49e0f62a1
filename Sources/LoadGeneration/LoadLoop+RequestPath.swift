import CCurl
import ClusterModel
import ExperimentModel
import SimulationEngine
import Statistics

// The path of a live request, in the order of its life; the simulator's is in
// `Cluster+RequestPath.swift`.
extension LoadLoop {
  /// How many requests are sent before answers are looked at again.
  private static let burst = 64

  /// Schedules what starts everything.
  func begin() {
    for place in clients.indices {
      guard let first = clients[place].schedule.firstArrival() else { continue }
      for _ in 0..<max(1, clients[place].concurrency) { schedule(place, at: first) }
    }
  }

  /// Sends the requests whose time has come.
  func sendWhatIsDue() {
    var sent = 0
    while due.count > 0, due.first.time <= now, inFlight < connections, sent < Self.burst {
      let next = due.removeFirst()
      if let request = next.again {
        send(request)
      } else {
        issue(from: next.group, intended: next.time)
      }
      sent += 1
    }
  }

  /// A client has a request to send; an open group's next one is scheduled, sent or not.
  private func issue(from place: Int, intended: Instant) {
    let group = clients[place]
    guard group.schedule.send(at: intended) else { return }
    let request = LiveRequest(
      group: place, serial: UInt64(result.issued), intended: intended, due: intended)
    result.issued += 1
    if group.schedule.isOpen, let next = group.schedule.nextArrival(after: intended) {
      schedule(place, at: next)
    }
    send(request)
  }

  /// A request goes out over a transfer of its group.
  private func send(_ request: LiveRequest) {
    let group = clients[request.group]
    result.lateness.record(Int(max(0, (now - request.due).count)))
    let timeLeft = group.deadline(of: request.due) - now
    // It was given up before it could be sent.
    guard timeLeft > .zero else { return retryOrSettle(request, .clientTimeout, backend: nil) }
    let transfer = group.idle.popLast() ?? newTransfer(for: group)
    transfer.begin(request, group.schedule.identity(of: request.serial), timeout: timeLeft.count)
    curl_multi_add_handle(multi, transfer.handle)
    inFlight += 1
  }

  /// An answer, or the reason why there is none.
  func answered(_ transfer: Transfer, _ code: CURLcode) {
    guard let request = transfer.request else { return }
    let group = clients[request.group]
    inFlight -= 1
    transfer.request = nil
    group.idle.append(transfer)
    let ending = transfer.ending(code, hasTimeout: group.group.timeout != nil)
    retryOrSettle(request, ending, backend: transfer.backend)
  }

  /// A request that has failed is sent again as often as its group does that.
  private func retryOrSettle(
    _ request: LiveRequest, _ ending: LoadResult.Ending, backend: String?
  ) {
    guard ending != .succeeded,
      let pause = clients[request.group].schedule.pauseBeforeRetry(
        of: request.serial, after: request.tries, at: now)
    else { return settle(request, ending, backend: backend) }
    var again = request
    again.tries += 1
    again.due = now + pause
    result.retries += 1
    schedule(request.group, at: again.due, again: again)
  }

  /// The request has ended; a closed client goes on to its next one.
  private func settle(_ request: LiveRequest, _ ending: LoadResult.Ending, backend: String?) {
    let group = clients[request.group]
    result.record(
      LoadResult.Outcome(
        intended: request.intended.nanoseconds, latency: (now - request.intended).count,
        backend: result.place(ofBackend: backend), ending: ending))
    if !group.schedule.isOpen {
      schedule(request.group, at: now + group.schedule.pause(after: request.serial))
    }
  }

  private func newTransfer(for group: LiveClients) -> Transfer {
    let transfer = Transfer(number: transfers.count, for: group.group, to: endpoint)
    transfers.append(transfer)
    return transfer
  }

  private func schedule(_ group: Int, at time: Instant, again: LiveRequest? = nil) {
    tickets += 1
    due.insert(DueSend(time: time, ticket: tickets, group: group, again: again))
  }
}
