import SimulationEngine

/// HAProxy's fast weighted round robin among the servers of one group.
///
/// Time is counted in picks. A server of weight w in a group of total weight W is due every W / w
/// picks. Servers wait in three trees: `fresh`, heaviest first, for those without a place in this
/// lap; `current`, by the position at which they are due; `next`, for those due in the next lap.
///
/// Source: `src/lb_fwrr.c` of HAProxy 2.6.
struct WeightedTurns: ~Copyable {
  private var fresh: BackendHeap
  private var current: BackendHeap
  private var next: BackendHeap
  private let places: Column<Place>
  /// The total weight when the lap began, and now.
  private var lapWeight, weight: Int
  /// How many picks the lap has seen, counted from its weight.
  private var position: Int

  private struct Place: BitwiseCopyable {
    /// The weight in force; 0 for a server that does not serve.
    var weight = 0
    /// When it is due, and was due last.
    var due = 0
    var lastDue = 0
    /// What the division of the total by its weight has left over so far.
    var remainder = 0
    /// The next in the list of those set aside during a pick.
    var nextAside = BackendIndex.none
  }

  /// Makes the turns of the primary servers, or of the backups.
  init(_ upstream: borrowing Upstream, backups: Bool) {
    fresh = BackendHeap(backends: upstream.count)
    current = BackendHeap(backends: upstream.count)
    next = BackendHeap(backends: upstream.count)
    places = Column(repeating: Place(), count: upstream.count)
    var sum = 0
    for place in 0..<upstream.count {
      let peer = upstream[BackendIndex(place)]
      guard peer.isBackup == backups && peer.isServing else { continue }
      places[place].weight = peer.scaledWeight
      fresh.insert(BackendIndex(place), key: WeightedTurns.key(weight: peer.scaledWeight))
      sum += peer.scaledWeight
    }
    weight = sum
    lapWeight = sum
    position = sum
  }

  /// The server whose turn it is; one that is not free is passed over and keeps its place, one
  /// that failed this request before is taken only when no other is free.
  mutating func pick(for attempt: Attempt, from upstream: borrowing Upstream) -> BackendIndex? {
    var hasTurned = false
    var avoided = BackendIndex.none
    var aside = BackendIndex.none
    var picked = BackendIndex.none
    while true {
      if lapWeight == 0 { startLap() }
      guard let server = takeFirst() else {
        if hasTurned {
          picked = avoided
          break
        }
        hasTurned = true
        swap(&fresh, &next)
        startLap()
        continue
      }
      advance(server)
      position += 1
      if upstream.isFree(server, for: attempt) {
        if server != attempt.avoided || avoided != .none {
          picked = server
          break
        }
        avoided = server
      }
      places[server.int].nextAside = aside
      aside = server
    }
    if picked != .none { queue(picked) }
    queueAside(aside, except: picked, hasTurned: hasTurned)
    return picked == .none ? nil : picked
  }

  /// Gives a server a new weight; 0 when it leaves.
  mutating func setWeight(_ new: Int, of server: BackendIndex) {
    let old = places[server.int].weight
    if new == old { return }
    weight += new - old
    places[server.int].weight = new
    if new == 0 {
      remove(server)
    } else if old == 0 {
      places[server.int].due = position + (weight + lapWeight - position) / new
      queue(server)
    } else {
      moveTurn(of: server)
    }
  }

  /// Finds the place of a server whose weight has changed: no later than it was.
  private mutating func moveTurn(of server: BackendIndex) {
    let isFresh = fresh.key(of: server) != nil
    let isInNextLap = next.key(of: server) != nil
    remove(server)
    if isFresh { return insertFresh(server) }
    let step = weight / places[server.int].weight
    var due = places[server.int].due
    if isInNextLap { due += lapWeight }
    due = min(places[server.int].lastDue + step, due)
    if due < position + 2 { due = position + step }
    places[server.int].due = due
    places[server.int].remainder = 0
    queue(server)
  }

  private mutating func startLap() {
    lapWeight = weight
    position = weight
  }

  /// Takes the server that is due; before its time only when no server waits for a first place.
  private mutating func takeFirst() -> BackendIndex? {
    if current.count > 0 {
      let server = current.first.backend
      if places[server.int].due <= position || fresh.count == 0 {
        return current.removeFirst().backend
      }
    }
    if fresh.count == 0 { return nil }
    let server = fresh.removeFirst().backend
    places[server.int].due = 0
    places[server.int].remainder = 0
    return server
  }

  /// Moves a server on to when it is due again.
  private func advance(_ server: BackendIndex) {
    var place = places[server.int]
    if place.due == 0 { place.due = position }
    place.lastDue = place.due
    place.due += weight / place.weight
    place.remainder += weight % place.weight
    if place.remainder >= place.weight {
      place.remainder -= place.weight
      place.due += 1
    }
    places[server.int] = place
  }

  /// Puts a server into this lap, or, when it is due after its end, into the next.
  private mutating func queue(_ server: BackendIndex) {
    let place = places[server.int]
    if place.due >= 2 * lapWeight || place.due >= lapWeight + weight {
      places[server.int].due -= lapWeight
      next.insert(server, key: WeightedTurns.key(weight: place.weight))
    } else {
      // The scale of the key, and with it the order of servers due at one position, is that of
      // the source: 256 to a position, and in it the sixteenths of what is left over.
      let fraction = (4_096 + place.remainder - place.weight) / 16
      current.insert(server, key: UInt32(truncatingIfNeeded: 256 * place.due + fraction))
    }
  }

  /// Puts back the servers that a pick has set aside; those of a lap that has ended meanwhile
  /// have lost their place in it.
  private mutating func queueAside(
    _ first: BackendIndex, except picked: BackendIndex, hasTurned: Bool
  ) {
    var server = first
    while server != .none {
      if server != picked {
        if hasTurned { insertFresh(server) } else { queue(server) }
      }
      server = places[server.int].nextAside
    }
  }

  private mutating func insertFresh(_ server: BackendIndex) {
    fresh.insert(server, key: WeightedTurns.key(weight: places[server.int].weight))
  }

  private mutating func remove(_ server: BackendIndex) {
    fresh.remove(server)
    current.remove(server)
    next.remove(server)
  }

  private static func key(weight: Int) -> UInt32 { UInt32(max(0, 4_096 - weight)) }
}
