import ExperimentModel
import SimulationEngine

/// The backend with the fewest outstanding requests; among equals, in turn.
struct LeastConnections: Strategy {
  static let card = StrategyCard(
    name: "least-connections",
    summary: "the backend with the fewest outstanding requests, in turn among equals",
    source: "textbook; weights do not count, and the search begins behind the last pick")

  private var last = -1

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {}

  /// - Complexity: O(n).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    var best = BackendIndex.none
    var fewest = Int32.max
    for offset in 1...upstream.count {
      var place = last + offset
      if place >= upstream.count { place -= upstream.count }
      let backend = BackendIndex(place)
      let outstanding = upstream[backend].outstanding
      if outstanding < fewest && upstream.isUsable(backend, for: attempt) {
        best = backend
        fewest = outstanding
      }
    }
    if best == .none { return nil }
    last = best.int
    return best
  }
}
