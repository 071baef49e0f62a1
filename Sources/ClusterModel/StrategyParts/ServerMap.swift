import SimulationEngine

/// HAProxy's map: each server that serves in as many slots as its share of the weights, spread
/// evenly.
///
/// The map is that of the primary servers, or, when none of them serves, that of the backups. The
/// shares are those of the weights at the start; later changes of a weight do nothing.
///
/// Source: `src/lb_map.c` of HAProxy 2.6.
struct ServerMap: ~Copyable {
  private var slots: Column<BackendIndex>
  private let shares: Column<Int>
  private var turn = 0

  /// Makes the map of the servers that serve now.
  init(_ upstream: borrowing Upstream) {
    var divisor = 0
    for place in 0..<upstream.count {
      divisor = gcd(divisor, Int(upstream[BackendIndex(place)].weight))
    }
    shares = Column(repeating: 0, count: upstream.count)
    for place in 0..<upstream.count where divisor > 0 {
      shares[place] = Int(upstream[BackendIndex(place)].weight) / divisor
    }
    slots = Column([])
    layOut(upstream)
  }

  /// The server in the slot of a hash; nil when no server serves.
  ///
  /// Where requests cannot wait for a server that is full, the slots behind it are looked at.
  ///
  /// - Complexity: O(1), and one step more for each server that is passed over.
  func server(of hash: UInt32, for attempt: Attempt, from upstream: borrowing Upstream)
    -> BackendIndex?
  {
    if slots.count == 0 { return nil }
    let home = Int(hash) % slots.count
    if attempt.mayWait { return slots[home] }
    var slot = home
    repeat {
      if upstream.isUsable(slots[slot], for: attempt) { return slots[slot] }
      slot += 1
      if slot == slots.count { slot = 0 }
    } while slot != home
    return nil
  }

  /// The server in the next slot that is free, one that failed this request before only when no
  /// other is; nil when none is.
  ///
  /// - Complexity: O(1), and one step more for each server that is passed over.
  mutating func next(for attempt: Attempt, from upstream: borrowing Upstream) -> BackendIndex? {
    if slots.count == 0 { return nil }
    if turn >= slots.count { turn = 0 }
    var avoided: BackendIndex?
    var behindAvoided = turn
    var slot = turn
    repeat {
      let server = slots[slot]
      slot += 1
      if upstream.isFree(server, for: attempt) {
        if server != attempt.avoided {
          turn = slot
          return server
        }
        avoided = server
        behindAvoided = slot
      }
      if slot == slots.count { slot = 0 }
    } while slot != turn
    turn = behindAvoided
    return avoided
  }

  /// Lays the map out anew, for the servers that serve now; the turn is kept.
  ///
  /// For each slot every server gains its share, and the first of those that have gained most,
  /// counted in whole lengths of the map, pays that length. A server has gained k lengths from
  /// slot k · length / share on, so that only such events need to be looked at.
  ///
  /// - Complexity: O(m log n) with m slots.
  mutating func layOut(_ upstream: borrowing Upstream) {
    let usesBackups = upstream.servingPrimaries == 0
    var members: [Int] = []
    var length = 0
    for place in 0..<upstream.count {
      let peer = upstream[BackendIndex(place)]
      guard peer.isBackup == usesBackups, peer.isServing, shares[place] > 0 else { continue }
      members.append(place)
      length += shares[place]
    }
    var laid: [BackendIndex] = []
    laid.reserveCapacity(length)
    var gains = Heap<Contender>(capacity: members.count + 1)
    var ready = Heap<Contender>(capacity: members.count + 1)
    var lengths = [Int](repeating: 0, count: upstream.count)
    var paid = lengths
    for server in members { gains.insert(Contender(order: 1, server: server)) }
    // A server that has gained k lengths, of which it has paid some, is ready with the rest; the
    // rows of `ready` that say otherwise are out of date.
    while laid.count < length {
      while gains.count > 0 && gains.first.order <= laid.count + 1 {
        let server = gains.removeFirst().server
        lengths[server] += 1
        let due = (length * lengths[server] + shares[server] - 1) / shares[server]
        gains.insert(Contender(order: due, server: server))
        ready.insert(Contender(order: paid[server] - lengths[server], server: server))
      }
      var best = ready.removeFirst()
      while best.order != paid[best.server] - lengths[best.server] {
        best = ready.removeFirst()
      }
      laid.append(BackendIndex(best.server))
      paid[best.server] += 1
      if best.order < -1 { ready.insert(Contender(order: best.order + 1, server: best.server)) }
    }
    slots = Column(laid)
  }

  /// A server in the order of when something happens, or of how much it leads; the earlier in the
  /// file first among equals.
  private struct Contender: BitwiseCopyable, Comparable {
    var order: Int
    var server: Int

    static func < (one: Contender, other: Contender) -> Bool {
      one.order != other.order ? one.order < other.order : one.server < other.server
    }
  }
}

/// The greatest common divisor, by Euclid.
private func gcd(_ one: Int, _ other: Int) -> Int { other == 0 ? one : gcd(other, one % other) }
