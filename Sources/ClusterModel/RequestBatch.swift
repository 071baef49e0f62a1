import SimulationEngine

/// Requests on their way through a run that foresees their ends, one stage for all after the other.
public struct RequestBatch: ~Copyable {
  /// How many requests a full batch holds: so few that they stay in the fastest cache.
  static var capacity: Int { 512 }

  /// How many requests it holds.
  private(set) var count = 0
  /// How many requests were sent before the first of them.
  private(set) var firstSerial: UInt64 = 0
  /// When the balancer hears of each, in order.
  let heard = Column(repeating: Instant.zero, count: RequestBatch.capacity)
  /// Who sent each.
  let clients = Column(repeating: ClientIndex(0), count: RequestBatch.capacity)
  /// Which backend was picked for each.
  let backends = Column(repeating: BackendIndex.none, count: RequestBatch.capacity)
  /// What a balancer can see of each, where they do not all look the same.
  let attempts: Column<Attempt>
  let arePlain: Bool

  /// Makes an empty batch.
  ///
  /// - Parameter arePlain: whether all requests look the same to a balancer.
  init(arePlain: Bool) {
    self.arePlain = arePlain
    attempts = Column(
      repeating: Attempt(now: .zero), count: arePlain ? 0 : RequestBatch.capacity)
  }

  /// Adds a request, which comes after those that it holds.
  ///
  /// - Parameter isAlone: whether there is no other group than the first.
  @inline(__always)
  mutating func append(heard time: Instant, from client: ClientIndex, isAlone: Bool) {
    heard[count] = time
    if !isAlone { clients[count] = client }
    count &+= 1
  }

  /// Makes room for the requests after those that it holds.
  mutating func removeAll() {
    firstSerial += UInt64(count)
    count = 0
  }

  /// Which request stands at a place, counted over the whole run.
  @inline(__always)
  func serial(_ place: Int) -> UInt64 { firstSerial &+ UInt64(truncatingIfNeeded: place) }

  /// Gives each request what a balancer can see of it.
  func identify(by clients: borrowing ClientPool) {
    if arePlain { return }
    for place in 0..<count {
      var attempt = Attempt(now: heard[place])
      clients.identify(&attempt, serial: serial(place), of: self.clients[place])
      attempts[place] = attempt
    }
  }
}
