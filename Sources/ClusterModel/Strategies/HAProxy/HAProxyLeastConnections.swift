import ExperimentModel
import SimulationEngine

/// HAProxy's `balance leastconn`, as it is up to 3.1: among equals the longest unused.
struct HAProxyLeastConnections: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "haproxy.leastconn",
    summary: "the fewest requests for its weight; idle servers in turn, whatever their weights",
    whenToUse: "when HAProxy carries long sessions such as databases or websockets; for "
      + "short requests turns do as well",
    source: "HAProxy up to 3.1, src/lb_fwlc.c")
  static var traits: StrategyTraits { .anyBackendWillDo }

  private var primaries: BackendHeap
  private var backups: BackendHeap
  /// Rows passed over during a pick.
  private let aside: Column<BackendHeap.Row>

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    primaries = BackendHeap(backends: upstream.count)
    backups = BackendHeap(backends: upstream.count)
    aside = Column(
      repeating: BackendHeap.Row(key: 0, backend: .none, turn: 0), count: upstream.count)
    for place in 0..<upstream.count { changed(BackendIndex(place), in: upstream) }
  }

  /// - Complexity: O(1), and O(log n) for each server before the one picked that is full.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    attempt.usesBackups
      ? Self.pick(from: &backups, aside, for: attempt, upstream)
      : Self.pick(from: &primaries, aside, for: attempt, upstream)
  }

  private static func pick(
    from servers: inout BackendHeap, _ aside: borrowing Column<BackendHeap.Row>,
    for attempt: Attempt, _ upstream: borrowing Upstream
  ) -> BackendIndex? {
    var passedOver = 0
    var avoided = BackendIndex.none
    var picked = BackendIndex.none
    while servers.count > 0 {
      let server = servers.first.backend
      if takes(server, for: attempt, upstream) {
        if server != attempt.avoided {
          picked = server
          break
        }
        avoided = server
      }
      aside[passedOver] = servers.removeFirst()
      passedOver += 1
    }
    for place in 0..<passedOver { servers.putBack(aside[place]) }
    if picked == .none { picked = avoided }
    return picked == .none ? nil : picked
  }

  /// Whether a server has room for one more request, in work or in its queue.
  private static func takes(
    _ server: BackendIndex, for attempt: Attempt, _ upstream: borrowing Upstream
  ) -> Bool {
    if !attempt.mayWait { return upstream.isUsable(server, for: attempt) }
    let peer = upstream[server]
    return peer.maxConnections == 0
      || peer.outstanding + peer.queued < upstream.limit(of: server) + peer.maxQueue
  }

  mutating func started(at backend: BackendIndex, in upstream: borrowing Upstream) {
    reposition(backend, in: upstream)
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    reposition(backend, in: upstream)
  }

  /// A server that has come, or has a new weight, goes behind its equals in any case.
  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    if upstream[backend].isBackup { backups.remove(backend) } else { primaries.remove(backend) }
    reposition(backend, in: upstream)
  }

  private mutating func reposition(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    let peer = upstream[backend]
    if peer.isBackup {
      Self.place(backend, peer, in: &backups)
    } else {
      Self.place(backend, peer, in: &primaries)
    }
  }

  /// Moves a server to where its load belongs, behind its equals; one whose load is the same
  /// keeps its place.
  private static func place(
    _ server: BackendIndex, _ peer: Upstream.Peer, in servers: inout BackendHeap
  ) {
    guard peer.isServing else { return servers.remove(server) }
    let key = key(of: peer)
    if servers.key(of: server) == key { return }
    servers.remove(server)
    servers.insert(server, key: key)
  }

  /// The load of a server: 0 when it is idle, and otherwise as if it had the next request too.
  private static func key(of peer: Upstream.Peer) -> UInt32 {
    let inFlight = Int(peer.outstanding + peer.queued)
    return inFlight == 0 ? 0 : UInt32(clamping: (inFlight + 1) * 4_096 / peer.scaledWeight)
  }
}
