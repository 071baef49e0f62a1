extension Upstream {
  /// Smooth weighted round robin among the usable backends: in proportion to their weights, and
  /// evenly spread in time.
  ///
  /// Every usable backend gains its effective weight; the one that has gained most is picked and
  /// pays the total. An effective weight that failures have lowered climbs back by one each time,
  /// and of one that warms up only a part counts.
  /// Among equals the first in the file wins. The rule, and its place in the state of the upstream,
  /// are nginx's (`src/http/ngx_http_upstream_round_robin.c`, get_peer), where every method falls
  /// back on it.
  ///
  /// - Complexity: O(n), as in nginx.
  @inline(__always)
  public func pickSmoothly(for attempt: Attempt) -> BackendIndex? {
    let isEveryoneUsable = isUntroubled && attempt.number == 0
    return pickSmoothly(from: BackendIndex(0)) { backend in
      isEveryoneUsable || isUsable(backend, for: attempt)
    }
  }

  /// Smooth weighted round robin among those backends, from one on, that take part.
  @inline(__always)
  func pickSmoothly(
    from start: BackendIndex, where takesPart: (BackendIndex) -> Bool
  ) -> BackendIndex? {
    var best = BackendIndex.none
    var highest = Int32.min
    var total: Int32 = 0
    let mayBeCold = !warmUps.isEmpty
    for place in start.int..<count {
      let backend = BackendIndex(place)
      if !takesPart(backend) { continue }
      let weight = self[backend].effectiveWeight
      let gain = mayBeCold ? weight &* self[backend].warmth : weight
      let credit = self[backend].credit + gain
      total += gain
      self[backend].credit = credit
      if weight < self[backend].weight { self[backend].effectiveWeight = weight + 1 }
      if credit > highest {
        best = backend
        highest = credit
      }
    }
    if best == .none { return nil }
    self[best].credit = highest - total
    return best
  }
}
