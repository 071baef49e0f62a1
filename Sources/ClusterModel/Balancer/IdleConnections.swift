import SimulationEngine

/// The idle connections to backends that a balancer keeps, so that a request need not open one.
///
/// The newest connection to a backend is used first, and when there are too many the one that has
/// been idle longest is closed (nginx, `src/http/modules/ngx_http_upstream_keepalive_module.c`).
struct IdleConnections: ~Copyable {
  private let capacity: Int
  private var nodes = Column(repeating: Node(), count: 0)
  private var firstFree = -1
  private var count = 0
  /// The newest and the oldest of all, and the newest of each backend.
  private var newest = -1
  private var oldest = -1
  private let newestOf: Column<Int>

  private struct Node: BitwiseCopyable {
    var backend = BackendIndex.none
    var since = Instant.zero
    /// Neighbours among all.
    var newer = -1
    var older = -1
    /// Neighbours among those to the same backend.
    var newerThere = -1
    var olderThere = -1
  }

  /// How long a connection may be idle (`keepalive_timeout`).
  private static var longestIdle: Nanoseconds { Nanoseconds(60_000_000_000) }

  init(capacity: Int, backends: Int) {
    self.capacity = capacity
    newestOf = Column(repeating: -1, count: capacity > 0 ? backends : 0)
  }

  /// Whether connections are kept at all.
  var keepsAny: Bool { capacity > 0 }

  /// Takes an idle connection to a backend; false when there is none and one must be opened.
  ///
  /// - Complexity: O(1), and one step more for each that has been idle for too long.
  mutating func take(to backend: BackendIndex, at now: Instant) -> Bool {
    let place = newestOf[backend.int]
    if place < 0 { return false }
    if nodes[place].since + IdleConnections.longestIdle < now {
      closeAll(to: backend)
      return false
    }
    remove(place)
    return true
  }

  /// Keeps a connection on which a backend has just answered.
  ///
  /// - Complexity: amortised O(1).
  mutating func keep(to backend: BackendIndex, at now: Instant) {
    if count == capacity { remove(oldest) }
    if firstFree < 0 { grow() }
    let place = firstFree
    firstFree = nodes[place].older
    let there = newestOf[backend.int]
    nodes[place] = Node(backend: backend, since: now, older: newest, olderThere: there)
    if newest >= 0 { nodes[newest].newer = place } else { oldest = place }
    if there >= 0 { nodes[there].newerThere = place }
    newest = place
    newestOf[backend.int] = place
    count += 1
  }

  /// Closes all connections to a backend, as when it has gone.
  ///
  /// - Complexity: O(their number).
  mutating func closeAll(to backend: BackendIndex) {
    while newestOf[backend.int] >= 0 { remove(newestOf[backend.int]) }
  }

  private mutating func remove(_ place: Int) {
    let node = nodes[place]
    if node.newer >= 0 { nodes[node.newer].older = node.older } else { newest = node.older }
    if node.older >= 0 { nodes[node.older].newer = node.newer } else { oldest = node.newer }
    if node.newerThere >= 0 {
      nodes[node.newerThere].olderThere = node.olderThere
    } else {
      newestOf[node.backend.int] = node.olderThere
    }
    if node.olderThere >= 0 { nodes[node.olderThere].newerThere = node.newerThere }
    nodes[place].older = firstFree
    firstFree = place
    count -= 1
  }

  @inline(never)
  private mutating func grow() {
    let old = nodes.count
    nodes.grow(to: max(64, 2 * old), filling: Node())
    for place in old..<nodes.count { nodes[place].older = place + 1 < nodes.count ? place + 1 : -1 }
    firstFree = old
  }
}
