import ExperimentModel
import SimulationEngine

/// nginx's `ip_hash`: all clients of a network at one server.
struct NginxIPHash: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "nginx.ip_hash",
    summary: "by the first three octets of an IPv4 address, or the whole of an IPv6 one",
    whenToUse: "when nginx has to keep clients with their server without a cookie; a /24 "
      + "counts as one client",
    source: "nginx, src/http/modules/ngx_http_upstream_ip_hash_module.c",
    allowsSlowStart: false)

  static var traits: StrategyTraits { .ignoresAnswers }

  private let search: NginxSearch

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    search = NginxSearch(upstream)
  }

  /// - Complexity: O(log n) while most backends are usable; after 20 hashes in vain O(n).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if upstream.count < 2 { return upstream.pickSmoothly(for: attempt) }
    // A request that is tried again goes on from the hash of its last attempt.
    if attempt.number == 0 { attempt.hash = 89 }
    return search.pick(for: &attempt, from: upstream) { attempt, total in
      attempt.hash = NginxIPHash.hash(attempt.address, from: attempt.hash)
      return UInt64(attempt.hash) % total
    }
  }

  private static func hash(_ address: ClientAddress, from start: UInt32) -> UInt32 {
    var hash = start
    switch address.length {
    case 16:
      for half in [address.high, address.low] { hash = add(half, bytes: 8, to: hash) }
    case 4: hash = add(address.low >> 8, bytes: 3, to: hash)
    default: hash = add(0, bytes: 3, to: hash)
    }
    return hash
  }

  private static func add(_ bits: UInt64, bytes: UInt64, to start: UInt32) -> UInt32 {
    var hash = start
    for place in stride(from: (bytes - 1) * 8, through: 0, by: -8) {
      hash = (hash * 113 + UInt32(bits >> place & 0xff)) % 6271
    }
    return hash
  }
}
