import ExperimentModel
import SimulationEngine

/// nginx's smooth weighted round robin: in proportion to the weights, and evenly spread in time.
///
/// At each pick every backend gains its weight; the one that has gained most is picked and pays
/// the total. Weights 1, 2, 3 give c b a c b c, again and again.
struct NginxWeightedRoundRobin: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "nginx.weighted-round-robin",
    summary: "in proportion to the weights, evenly spread: nginx's default",
    source: "nginx, src/http/ngx_http_upstream_round_robin.c")

  /// What each backend has gained and not yet paid.
  private let credits: Column<Int32>

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    credits = Column(repeating: 0, count: upstream.count)
  }

  /// - Complexity: O(n), as in nginx. Among equals the first in the file wins.
  mutating func pick(from upstream: borrowing Upstream) -> BackendIndex? {
    var best = 0
    var highest = Int.min
    var total = 0
    for place in 0..<upstream.count {
      let weight = upstream.weight(of: BackendIndex(place))
      total += weight
      let credit = Int(credits[place]) + weight
      credits[place] = Int32(truncatingIfNeeded: credit)
      if credit > highest {
        best = place
        highest = credit
      }
    }
    credits[best] = Int32(truncatingIfNeeded: highest - total)
    return BackendIndex(best)
  }
}
