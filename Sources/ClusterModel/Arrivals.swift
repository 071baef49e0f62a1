import SimulationEngine

/// The arrivals of all groups in order of time.
struct Arrivals: ~Copyable {
  private var queue: EventQueue<ClientIndex>
  private let behind: [Nanoseconds]
  private let end: Instant
  /// Whether no group sends any more.
  var areOver: Bool { queue.isEmpty }

  init(_ clients: borrowing ClientPool, _ paths: borrowing Paths, before end: Instant) {
    let groups = (0..<clients.count).map(ClientIndex.init)
    queue = EventQueue(timers: groups, laneDelays: [])
    var behind: [Nanoseconds] = []
    for client in groups { behind.append(paths[client.int].behind) }
    self.behind = behind
    self.end = end
    for client in groups { schedule(client, at: clients.firstArrival(of: client)) }
  }

  private mutating func schedule(_ client: ClientIndex, at time: Instant) {
    if time < .never { queue.set(TimerIndex(client.int), at: time + behind[client.int]) }
  }

  /// Fills a batch with the next requests; false when there are none before the end.
  mutating func collect(
    from clients: borrowing ClientPool, into batch: inout RequestBatch
  ) -> Bool {
    while batch.count < RequestBatch.capacity, let client = queue.next(before: end) {
      let behind = behind[client.int]
      // Alone, a group need not ask who is next.
      let next = clients.send(
        clients.count == 1 ? .max : 1, from: client, next: queue.now - behind, behind: behind,
        before: end, into: &batch)
      schedule(client, at: next)
    }
    return batch.count > 0
  }
}
