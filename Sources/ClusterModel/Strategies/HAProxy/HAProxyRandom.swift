import ExperimentModel
import SimulationEngine

/// HAProxy's `balance random`: the less loaded of a few servers drawn from the ring.
struct HAProxyRandom: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "haproxy.random",
    summary: "the less loaded for its weight of two backends drawn by their arcs on the hash ring",
    whenToUse: "when several HAProxys share many servers that come and go; its standard "
      + "from 3.3 on",
    source: "HAProxy 2.6, src/backend.c (get_server_rnd) and src/lb_chash.c",
    options: [
      StrategyOption(
        name: "draws", summary: "how many backends are drawn, perhaps the same one again",
        kind: .number(standard: 2, range: 1...1000, isWhole: true))
    ])
  static var traits: StrategyTraits { .anyBackendWillDo }

  private var primaries: ServerRing
  private var backups: ServerRing
  private var stream: RandomStream
  private let draws: Int

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    primaries = ServerRing(upstream, backups: false)
    backups = ServerRing(upstream, backups: true)
    stream = randomness
    draws = Int(options.number("draws"))
  }

  /// - Complexity: O(draws).
  ///
  /// Among equals the last drawn wins; when it is full, the request waits for any server.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    var best: BackendIndex?
    for _ in 0..<draws {
      let hash = UInt32(truncatingIfNeeded: stream.next() >> 32)
      let drawn =
        attempt.usesBackups
        ? backups.server(of: hash, for: attempt, from: upstream)
        : primaries.server(of: hash, for: attempt, from: upstream)
      guard let drawn else { return nil }
      if let best, HAProxyRandom.isBusier(upstream[drawn], than: upstream[best]) { continue }
      best = drawn
    }
    guard let best, upstream.isFree(best, for: attempt) else { return nil }
    return best
  }

  private static func isBusier(_ peer: Upstream.Peer, than other: Upstream.Peer) -> Bool {
    Int(peer.outstanding) * other.scaledWeight > Int(other.outstanding) * peer.scaledWeight
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    if upstream[backend].isBackup { backups.lay(upstream) } else { primaries.lay(upstream) }
  }
}
