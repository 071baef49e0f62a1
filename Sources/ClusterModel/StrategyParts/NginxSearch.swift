import SimulationEngine

/// nginx's search for a server by numbers: each leads to a server by the weights, the next is taken
/// while that one cannot be used, and after twenty in vain it is smooth round robin.
///
/// Sources: nginx, `ngx_http_upstream_hash_module.c`, `ngx_http_upstream_ip_hash_module.c` and
/// `ngx_http_upstream_random_module.c`, which share the shape.
struct NginxSearch: ~Copyable {
  /// How many unusable servers a request may be led to before it falls back on round robin.
  static var patience: UInt32 { 20 }

  private let scale: WeightScale

  init(_ upstream: borrowing Upstream) { scale = WeightScale(upstream) }

  /// The server that the first fitting number leads to.
  ///
  /// - Parameter number: the next number, which is less than the sum of the weights it is told.
  /// - Complexity: O(log n) while most servers are usable; after 20 numbers in vain O(n).
  @inline(__always)
  func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream,
    by number: (inout Attempt, UInt64) -> UInt64
  ) -> BackendIndex? {
    if !attempt.usesBackups && scale.total > 0 {
      while attempt.rejections <= Self.patience {
        let backend = scale.backend(at: number(&attempt, scale.total))
        if upstream.isUsable(backend, for: attempt) { return backend }
        attempt.rejections += 1
      }
    }
    return upstream.pickSmoothly(for: attempt)
  }
}
