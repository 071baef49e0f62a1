import SimulationEngine

/// Finagle's two choices: the less loaded of two different nodes, drawn again while it is not open.
///
/// Source: `finagle-core/.../loadbalancer/p2c/P2CPick.scala` and `Balancer.scala`. An open node
/// comes before one that is not, whatever their loads. Finagle gives up after some tries and sends
/// the request to whatever it drew last; a node that may not be used is never picked here, and the
/// first open one from a random place on is taken instead.
enum FinagleTwoChoices {
  /// How often two nodes are drawn while the better one is not open.
  private static let tries = 4

  /// Picks among the first so many nodes of an order.
  ///
  /// - Complexity: O(1) while most nodes are open.
  static func pick(
    among count: Int, for attempt: Attempt, in upstream: borrowing Upstream,
    stream: inout RandomStream, node: (Int) -> BackendIndex, load: (BackendIndex) -> Double
  ) -> BackendIndex? {
    for _ in 0..<tries {
      let first = node(Int(stream.below(UInt64(count))))
      let isFirstOpen = upstream.isUsable(first, for: attempt)
      if count == 1 {
        if isFirstOpen { return first }
        break
      }
      // Two distinct places: the second is drawn from the rest.
      var place = Int(stream.below(UInt64(count - 1)))
      if node(place) == first { place = count - 1 }
      let second = node(place)
      let isSecondOpen = upstream.isUsable(second, for: attempt)
      if isFirstOpen && isSecondOpen { return load(first) <= load(second) ? first : second }
      if isFirstOpen { return first }
      if isSecondOpen { return second }
    }
    let start = Int(stream.below(UInt64(count)))
    for step in 0..<count {
      let backend = node((start + step) % count)
      if upstream.isUsable(backend, for: attempt) { return backend }
    }
    return nil
  }
}
