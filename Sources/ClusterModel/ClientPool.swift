import ExperimentModel
import SimulationEngine

/// The client groups: when each sends its next request, and which requests wait for an answer.
struct ClientPool: ~Copyable {
  /// How many groups there are.
  let count: Int
  private let rows: UnsafeMutablePointer<Row>
  private let thinking: RandomStream
  private let pauses: RandomStream

  private struct Row: ~Copyable {
    let start: Instant
    let identities: RequestIdentities
    let trace: TracedRequests
    var rates: RateCurve
    var retries: RetryRules
    let sizes: MessageSizes
    /// The gaps between arrivals of an open group, the pauses of a closed one; nil for no pause.
    let gap: Sampler?
    let isOpen: Bool
    let timeout: Nanoseconds?
    let keepsConnections: Bool
    let lastArrival: Instant
    var arrivals: RandomStream
    var rounding = Rounding()
    var toSend: Int
    var toJoin: Int
    var idleConnections = 0
    /// The requests that wait for an answer.
    var waiting = DeadlineList.ofClients
  }

  /// Makes groups that have sent nothing yet.
  init(_ groups: [ClientGroup], seed: UInt64, shop: inout SamplerShop) {
    count = groups.count
    rows = .allocate(capacity: groups.count)
    thinking = RandomStream(seed: seed, purpose: "think")
    pauses = RandomStream(seed: seed, purpose: "pauses before retries")
    for (index, group) in groups.enumerated() {
      let start = Instant.zero + Nanoseconds(group.start.nanoseconds)
      let arrivals = RandomStream(seed: seed, purpose: "arrivals of \(group.name)")
      (rows + index).initialize(
        to: Row(
          start: start,
          identities: RequestIdentities(group.request, of: group.name, seed: seed),
          trace: TracedRequests(group.workload),
          rates: RateCurve(group.workload.phases),
          retries: RetryRules(group.retry),
          sizes: MessageSizes(group.request),
          gap: shop.gaps(of: group.workload),
          isOpen: group.workload.isOpen,
          timeout: group.timeout.map { Nanoseconds($0.nanoseconds) },
          keepsConnections: group.keepalive,
          lastArrival: group.workload.extent.duration.map { start + $0 } ?? .never,
          arrivals: arrivals,
          toSend: group.workload.extent.requests ?? .max,
          toJoin: group.workload.concurrency))
    }
  }

  deinit {
    rows.deinitialize(count: count)
    rows.deallocate()
  }

  /// Whether arrivals do not wait for answers.
  func isOpen(_ client: ClientIndex) -> Bool { rows[client.int].isOpen }

  /// When the first client of a group begins: for an open group, one gap after its start.
  func firstArrival(of client: ClientIndex) -> Instant {
    isOpen(client) ? nextArrival(of: client, after: rows[client.int].start) : rows[client.int].start
  }

  /// When an open group sends again after a time; never when it has sent all.
  func nextArrival(of client: ClientIndex, after time: Instant) -> Instant {
    if rows[client.int].trace.count > 0 { return nextTraced(of: client) }
    guard let gap = rows[client.int].gap, rows[client.int].toSend > 0 else { return .never }
    if !rows[client.int].rates.isConstant {
      let drawn = gap.draw(from: &rows[client.int].arrivals)
      let offset = rows[client.int].rates.nextArrival(after: drawn)
      return offset.map { rows[client.int].start + $0 } ?? .never
    }
    let exact = gap.draw(from: &rows[client.int].arrivals)
    let next = time + rows[client.int].rounding.whole(of: exact)
    return next < rows[client.int].lastArrival ? next : .never
  }

  private func nextTraced(of client: ClientIndex) -> Instant {
    let place = rows[client.int].trace.count - rows[client.int].toSend
    return rows[client.int].trace.time(of: place).map { rows[client.int].start + $0 } ?? .never
  }

  /// One more client of a closed group begins; true when another is to follow at once.
  func join(_ client: ClientIndex) -> Bool {
    rows[client.int].toJoin -= 1
    return rows[client.int].toJoin > 0
  }

  /// Counts a request as sent, or says that the group has stopped sending.
  func send(from client: ClientIndex, at time: Instant) -> Bool {
    guard rows[client.int].toSend > 0, time < rows[client.int].lastArrival else { return false }
    rows[client.int].toSend -= 1
    return true
  }

  /// Gives the first attempt of a request of this number what a balancer can see of it.
  func identify(_ attempt: inout Attempt, serial: UInt64, of client: ClientIndex) {
    if rows[client.int].identities.isPlain { return }
    rows[client.int].identities.identify(&attempt, serial: serial)
  }

  /// Whether all requests of all groups look the same to a balancer.
  var arePlain: Bool { (0..<count).allSatisfy { rows[$0].identities.isPlain } }

  /// Sends as many of the next requests of an open group as fit into a batch, from its next arrival
  /// on; says when the one after them arrives.
  ///
  /// - Parameters:
  ///   - limit: how many at most.
  ///   - behind: how much later than they are sent the balancer hears of them.
  func send(
    _ limit: Int, from client: ClientIndex, next: Instant, behind: Nanoseconds,
    before end: Instant, into batch: inout RequestBatch
  ) -> Instant {
    let row = rows + client.int
    guard let gap = row.pointee.gap.map(HotSampler.init) else { return .never }
    var stream = row.pointee.arrivals
    var rounding = row.pointee.rounding
    var left = row.pointee.toSend
    let last = row.pointee.lastArrival
    let isAlone = count == 1
    var next = next
    for _ in 0..<min(limit, left, RequestBatch.capacity - batch.count) {
      if next == .never || next + behind >= end { break }
      batch.append(heard: next + behind, from: client, isAlone: isAlone)
      left &-= 1
      if left == 0 { next = .never; break }
      next = next + rounding.whole(of: gap.draw(from: &stream))
      if next >= last { next = .never }
    }
    row.pointee.arrivals = stream
    row.pointee.rounding = rounding
    row.pointee.toSend = left
    return next
  }

  /// How long a group waits for an answer; nil for ever.
  func timeout(of client: ClientIndex) -> Nanoseconds? { rows[client.int].timeout }

  /// Gives a request what a balancer can see of it.
  @inline(__always)
  func identify(_ request: RequestIndex, in requests: borrowing RequestTable) {
    let client = requests[request].client
    if !rows[client.int].identities.isPlain {
      rows[client.int].identities.identify(
        &requests[request].attempt, serial: requests[request].serial)
    }
    if rows[client.int].trace.count > 0 {
      // It has been counted as sent.
      let place = rows[client.int].trace.count - rows[client.int].toSend - 1
      rows[client.int].trace.identify(&requests[request].attempt, place: place)
    }
  }

  /// The bytes of a group's messages.
  func sizes(of client: ClientIndex) -> MessageSizes { rows[client.int].sizes }

  // MARK: Retries

  /// Whether any failure of a group is followed by another try.
  func everRetries(_ client: ClientIndex) -> Bool { rows[client.int].retries.everRetries }

  /// Notes that a group sends a new request, not an old one again.
  func noteRequest(from client: ClientIndex, at time: Instant) {
    rows[client.int].retries.noteRequest(at: time)
  }

  /// The pause before the next try of a request that has failed; nil when it is not sent again.
  func pauseBeforeRetry(
    of request: RequestIndex, at time: Instant, in requests: borrowing RequestTable
  ) -> Nanoseconds? {
    let row = requests[request]
    return pauseBeforeRetry(from: row.client, of: row.serial, after: Int(row.tries), at: time)
  }

  /// The pause before the next try of a group's n-th request, which has been sent so often.
  func pauseBeforeRetry(
    from client: ClientIndex, of serial: UInt64, after tries: Int, at time: Instant
  ) -> Nanoseconds? {
    let draws = pauses.substream(serial << 8 &+ UInt64(tries))
    return rows[client.int].retries.pause(after: tries, at: time, draws)
  }

  /// The pause of a closed client after its n-th answer; nil for none.
  func pause(of client: ClientIndex, after serial: UInt64) -> Nanoseconds? {
    guard let gap = rows[client.int].gap else { return nil }
    var stream = thinking.substream(serial)
    return Nanoseconds(nearest: gap.draw(from: &stream))
  }

  /// Takes an idle connection; true when there is none and a new one must be opened.
  func takeConnection(of client: ClientIndex) -> Bool {
    if rows[client.int].idleConnections == 0 { return true }
    rows[client.int].idleConnections -= 1
    return false
  }

  /// Gives a connection back after an answer, for a group that keeps them.
  func returnConnection(of client: ClientIndex) {
    if rows[client.int].keepsConnections { rows[client.int].idleConnections += 1 }
  }

  /// Whether a group keeps its connections.
  func keepsConnections(_ client: ClientIndex) -> Bool { rows[client.int].keepsConnections }

  /// Whether no group sends anything new at a time or later.
  ///
  /// - Complexity: O(groups).
  func isDone(at time: Instant) -> Bool {
    (0..<count).allSatisfy { rows[$0].toSend == 0 || rows[$0].lastArrival <= time }
  }

  // MARK: Waiting requests and their time-outs

  /// Adds a request to those that wait; true when it is the only one, so that the group's time-out
  /// is to be set.
  func startWaiting(
    _ request: RequestIndex, of client: ClientIndex, in requests: borrowing RequestTable
  ) -> Bool {
    guard rows[client.int].timeout != nil else { return false }
    return rows[client.int].waiting.append(request, in: requests)
  }

  /// Removes a request from those that wait; true when none is left.
  func stopWaiting(
    _ request: RequestIndex, of client: ClientIndex, in requests: borrowing RequestTable
  ) -> Bool {
    guard rows[client.int].timeout != nil else { return false }
    return rows[client.int].waiting.remove(request, in: requests)
  }

  /// Lets another row stand for a request that waits.
  func replace(
    _ request: RequestIndex, by other: RequestIndex, of client: ClientIndex,
    in requests: borrowing RequestTable
  ) {
    guard rows[client.int].timeout != nil else { return }
    rows[client.int].waiting.replace(request, by: other, in: requests)
  }

  /// When a request's client gives up; never when it waits for ever.
  func deadline(of request: RequestIndex, in requests: borrowing RequestTable) -> Instant {
    guard let timeout = rows[requests[request].client.int].timeout else { return .never }
    return requests[request].sent + timeout
  }

  /// The request of a group that has waited longest; nil when none waits for a limited time.
  func longestWaiting(of client: ClientIndex) -> RequestIndex? {
    let oldest = rows[client.int].waiting.oldest
    return oldest == .none ? nil : oldest
  }
}

extension Workload {
  /// Whether its requests come whatever becomes of the earlier ones.
  var isOpen: Bool { if case .closed = self { false } else { true } }

  fileprivate var phases: [RatePhase] { if case .open(let loop) = self { loop.phases } else { [] } }

  fileprivate var concurrency: Int {
    if case .closed(let loop) = self { loop.concurrency } else { 1 }
  }
}

extension Extent {
  var requests: Int? { if case .requests(let count) = self { count } else { nil } }

  fileprivate var duration: Nanoseconds? {
    if case .duration(let span) = self { Nanoseconds(span.nanoseconds) } else { nil }
  }
}
