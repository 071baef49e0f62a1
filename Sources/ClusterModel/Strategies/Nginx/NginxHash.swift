import ExperimentModel
import SimulationEngine

/// nginx's `hash`: all requests with one key at one server; when servers come or go, most move.
struct NginxHash: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "nginx.hash",
    summary: "by the CRC-32 of the key, modulo the weights; a change of weights moves most keys",
    whenToUse: "when nginx stands before caches whose number never changes; any change "
      + "moves most keys",
    source: "nginx, src/http/modules/ngx_http_upstream_hash_module.c",
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
    if upstream.count < 2 || attempt.key.isEmpty { return upstream.pickSmoothly(for: attempt) }
    return search.pick(for: &attempt, from: upstream) { attempt, total in
      var check = CRC32()
      if attempt.rehashes > 0 { check.add(decimal: attempt.rehashes) }
      check.add(attempt.key.bytes)
      attempt.rehashes += 1
      attempt.hash &+= check.value >> 16 & 0x7fff
      return UInt64(attempt.hash) % total
    }
  }
}
