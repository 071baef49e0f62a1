import SimulationEngine

/// HAProxy's ring of consistent hashing: each server at sixteen points for each unit of its
/// weight.
///
/// A hash belongs to the nearer of its two neighbours on the ring, the lower one when both are as
/// near.
///
/// Source: `src/lb_chash.c` of HAProxy 2.6.
struct ServerRing: ~Copyable {
  /// The points in ascending order, and whose they are.
  private var keys: Column<UInt32>
  private var owners: Column<BackendIndex>
  /// For each of equal parts of the circle, the first point in it or behind it.
  private var parts: Column<UInt32>
  /// By how many bits a hash is shifted to find its part.
  private var shift: UInt32 = 0
  /// The place of the last turn's point, where turns are taken; -1 for none.
  private var turn = -1
  /// The weights of those before each server in the file that serve at the start: HAProxy does not
  /// count them again when servers come and go (recount_servers).
  private let weightsBefore: Column<Int>
  /// The weight of all that serve.
  private var weight = 0
  private let backups: Bool

  /// Makes the ring of the primary servers, or of the backups.
  init(_ upstream: borrowing Upstream, backups: Bool) {
    keys = Column([])
    owners = Column([])
    parts = Column([])
    weightsBefore = Column(repeating: 0, count: upstream.count)
    self.backups = backups
    var sum = 0
    for place in 0..<upstream.count {
      let peer = upstream[BackendIndex(place)]
      guard peer.isBackup == backups && peer.isServing else { continue }
      weightsBefore[place] = sum
      sum += peer.scaledWeight
    }
    lay(upstream)
  }

  /// Places the servers that serve now on the ring.
  ///
  /// - Complexity: O(m log m) with m points.
  mutating func lay(_ upstream: borrowing Upstream) {
    var points: [UInt64] = []
    weight = 0
    for place in 0..<upstream.count {
      let peer = upstream[BackendIndex(place)]
      guard peer.isBackup == backups && peer.isServing else { continue }
      weight += peer.scaledWeight
      // 4096 is the highest scaled weight.
      let id = UInt32(truncatingIfNeeded: upstream.ids[place]) &* 4_096
      for node in 0..<UInt32(peer.scaledWeight) {
        points.append(UInt64(HAProxyHashFunction.avalanche(id &+ node)) << 32 | UInt64(place))
      }
    }
    points.sort()
    // A turn stays at its point; where that has gone, turns begin anew.
    if turn >= 0 {
      let last = UInt64(keys[turn]) << 32 | UInt64(owners[turn].int)
      turn = points.firstIndex(of: last) ?? -1
    }
    keys = Column(points.map { UInt32($0 >> 32) })
    owners = Column(points.map { BackendIndex(Int($0 & 0xffff_ffff)) })
    layParts(count: points.count)
  }

  private mutating func layParts(count: Int) {
    var bits: UInt32 = 0
    while 1 << bits < count { bits += 1 }
    shift = 32 - bits
    parts = Column(repeating: UInt32(count), count: 1 << Int(bits))
    for point in (0..<count).reversed() { parts[part(of: keys[point])] = UInt32(point) }
    for part in (0..<parts.count - 1).reversed() { parts[part] = min(parts[part], parts[part + 1]) }
  }

  private func part(of hash: UInt32) -> Int { Int(UInt64(hash) >> UInt64(shift)) }

  /// The server of a hash; nil when no server serves.
  ///
  /// From the point that is nearest the ring is walked upwards past the server that failed this
  /// request before, past servers that have more than their bounded share of the load, and, where
  /// requests cannot wait, past those that are not usable.
  ///
  /// - Complexity: O(1) expected, and one step more for each point that is passed over.
  func server(
    of hash: UInt32, for attempt: Attempt, from upstream: borrowing Upstream,
    bound: LoadBound = .none
  ) -> BackendIndex? {
    if keys.count == 0 { return nil }
    var point = nearest(to: hash)
    for _ in 0..<2 * keys.count {
      let server = owners[point]
      let isPassedOver =
        server == attempt.avoided || bound.excludes(server, share(of: server, upstream), upstream)
        || (!attempt.mayWait && !upstream.isUsable(server, for: attempt))
      if !isPassedOver { return server }
      point += 1
      if point == keys.count { point = 0 }
    }
    let server = owners[point]
    return attempt.mayWait || upstream.isUsable(server, for: attempt) ? server : nil
  }

  /// The server of the next point that is free, one that failed this request before only when no
  /// other is; nil when none is.
  ///
  /// - Complexity: O(1), and one step more for each point that is passed over.
  mutating func next(for attempt: Attempt, from upstream: borrowing Upstream) -> BackendIndex? {
    var avoided: BackendIndex?
    for _ in 0..<keys.count {
      turn += 1
      if turn >= keys.count { turn = 0 }
      let server = owners[turn]
      guard upstream.isFree(server, for: attempt) else { continue }
      if server != attempt.avoided { return server }
      avoided = server
    }
    return avoided
  }

  private func nearest(to hash: UInt32) -> Int {
    var next = Int(parts[part(of: hash)])
    while next < keys.count && keys[next] < hash { next += 1 }
    if next == keys.count { next = 0 }
    let previous = next == 0 ? keys.count - 1 : next - 1
    return hash &- keys[previous] <= keys[next] &- hash ? previous : next
  }

  /// A server's share of the ring.
  private func share(of server: BackendIndex, _ upstream: borrowing Upstream) -> LoadBound.Share {
    LoadBound.Share(
      before: weightsBefore[server.int], own: upstream[server].scaledWeight, all: weight)
  }
}

/// The most requests that a server may have in consistent hashing with bounded loads.
///
/// Each has its share of a total that is the factor times the requests that the balancer serves,
/// this one included; what does not divide evenly goes by the order of the file.
///
/// Source: `hash-balance-factor`, `src/lb_chash.c`; V. Mirrokni, M. Thorup and M. Zadimoghaddam,
/// "Consistent hashing with bounded loads", SODA 2018.
struct LoadBound: BitwiseCopyable {
  /// The percentage of the mean load that a server may have; 0 for no bound.
  let factor: Int
  /// The requests that the balancer serves, this one included.
  var served: Int

  /// No bound.
  static var none: LoadBound { LoadBound(factor: 0, served: 0) }

  /// The weight of a server, of those before it, and of all.
  struct Share: BitwiseCopyable {
    let before, own, all: Int
  }

  /// Whether a server has its full share.
  @inline(__always)
  func excludes(
    _ server: BackendIndex, _ share: @autoclosure () -> Share, _ upstream: borrowing Upstream
  ) -> Bool {
    if factor == 0 { return false }
    let share = share()
    let slots = (served * factor + 99) / 100
    let rest = slots % share.all
    let own =
      share.own * (slots / share.all)
      + (share.before + share.own) * rest / share.all - share.before * rest / share.all
    return Int(upstream[server].outstanding) >= max(own, 1)
  }
}
