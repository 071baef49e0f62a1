import ExperimentModel
import SimulationEngine

/// What nginx's hashing methods have in common.
enum NginxHashing {
  /// How many unusable servers a request may be led to before it falls back on round robin.
  static var patience: UInt32 { 20 }
}

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

  private let scale: WeightScale

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    scale = WeightScale(upstream)
  }

  /// - Complexity: O(log n) while most backends are usable; after 20 hashes in vain O(n).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if attempt.usesBackups || upstream.count < 2 || scale.total == 0 || attempt.key.isEmpty {
      return upstream.pickSmoothly(for: attempt)
    }
    while attempt.rejections <= NginxHashing.patience {
      var check = CRC32()
      if attempt.rehashes > 0 { check.add(decimal: attempt.rehashes) }
      check.add(attempt.key.bytes)
      attempt.rehashes += 1
      attempt.hash &+= check.value >> 16 & 0x7fff
      let backend = scale.backend(at: UInt64(attempt.hash) % scale.total)
      if upstream.isUsable(backend, for: attempt) { return backend }
      attempt.rejections += 1
    }
    return upstream.pickSmoothly(for: attempt)
  }
}
