import ExperimentModel
import SimulationEngine

/// nginx's `hash ... consistent`: all requests with one key at one server; when servers come or
/// go, only their keys move.
///
/// Each server has 160 points for each unit of weight on a ring, the place of which follows from
/// host and port, as in the memcached client libketama.
struct NginxConsistentHash: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "nginx.hash_consistent",
    summary: "by the CRC-32 of the key on a ring; when a backend leaves, only its keys move",
    whenToUse: "when nginx stands before caches that come and go; a hot key overloads its "
      + "server",
    source: "nginx, src/http/modules/ngx_http_upstream_hash_module.c (ketama)",
    allowsSlowStart: false)

  static var traits: StrategyTraits { .ignoresAnswers }

  private let ring: KetamaRing
  /// The next server with the same address; `none` after the last one.
  private let next: Column<BackendIndex>

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    var points: [KetamaRing.Point] = []
    var firsts: [String: Int] = [:]
    let next = Column(repeating: BackendIndex.none, count: upstream.count)
    for place in (0..<upstream.count).reversed() {
      let address = upstream.addresses[place]
      if upstream[BackendIndex(place)].isBackup { continue }
      if let later = firsts.updateValue(place, forKey: address) {
        next[place] = BackendIndex(later)
      }
    }
    for place in 0..<upstream.count where !upstream[BackendIndex(place)].isBackup {
      let address = upstream.addresses[place]
      let owner = BackendIndex(firsts[address] ?? place)
      let base = NginxConsistentHash.identity(of: address)
      var hash: UInt32 = 0
      for _ in 0..<160 * Int(upstream[BackendIndex(place)].weight) {
        var check = base
        check.add(littleEndian: hash)
        hash = check.value
        points.append(KetamaRing.Point(hash: hash, owner: owner))
      }
    }
    if points.isEmpty { points = [KetamaRing.Point(hash: 0, owner: BackendIndex(0))] }
    ring = KetamaRing(points)
    self.next = next
  }

  /// The check of host, zero byte and port, to which each point adds the one before it.
  private static func identity(of address: String) -> CRC32 {
    var host = Array(address.utf8)[...]
    var port: ArraySlice<UInt8> = []
    if host.count >= 5, address.prefix(5).lowercased() == "unix:" {
      host = host.dropFirst(5)
    } else if let colon = host.lastIndex(of: UInt8(ascii: ":")),
      host[(colon + 1)...].allSatisfy({ (48...57).contains($0) })
    {
      port = host[(colon + 1)...]
      host = host[..<colon]
    }
    var check = CRC32()
    check.add(host)
    check.add(0)
    check.add(port)
    return check
  }

  /// - Complexity: O(1) on average while most backends are usable; after 20 points in vain O(n).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if attempt.usesBackups || upstream.count < 2 || attempt.key.isEmpty {
      return upstream.pickSmoothly(for: attempt)
    }
    if attempt.number == 0 {
      var check = CRC32()
      check.add(attempt.key.bytes)
      attempt.hash = UInt32(ring.place(of: check.value))
    }
    while attempt.rejections <= NginxSearch.patience {
      let owner = ring[Int(attempt.hash) % ring.count].owner
      if let backend = pick(among: owner, for: attempt, from: upstream) {
        return backend
      }
      attempt.hash += 1
      attempt.rejections += 1
    }
    return upstream.pickSmoothly(for: attempt)
  }

  /// Smooth weighted round robin among the servers of one address.
  private func pick(
    among first: BackendIndex, for attempt: Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if next[first.int] == .none {
      guard upstream.isUsable(first, for: attempt) else { return nil }
      // Alone it gets back what it pays, but a weight that failures lowered climbs all the same.
      let peer = upstream[first]
      if peer.effectiveWeight < peer.weight { upstream[first].effectiveWeight += 1 }
      return first
    }
    return upstream.pickSmoothly(from: first) { backend in
      upstream.addresses[backend.int] == upstream.addresses[first.int]
        && !upstream[backend].isBackup && upstream.isUsable(backend, for: attempt)
    }
  }
}
