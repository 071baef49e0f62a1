import ExperimentModel
import SimulationEngine

/// IPVS's weighted round robin: laps over those whose weight reaches a mark, which sinks with each
/// lap and starts again from the top; not smooth.
struct IPVSWeightedRoundRobin: Strategy {
  static let card = StrategyCard(
    name: "ipvs.wrr",
    summary: "in proportion to the weights, not smoothly: weights 5, 1, 1 give a a a a a b c",
    whenToUse: "when servers differ in size and connections are many and short; heavy "
      + "servers get them in bursts",
    source: "Linux, net/netfilter/ipvs/ip_vs_wrr.c")

  static var traits: StrategyTraits { .ignoresAnswers }

  private var place = -1
  /// The weight that a destination must reach now, and where it starts.
  private var mark: Int32
  private var highest: Int32
  /// By how much the mark sinks: what divides all weights.
  private var step: Int32

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    step = WeightDivisor.ofWeights(in: upstream)
    highest = Self.highest(in: upstream, step: step)
    mark = highest
  }

  /// - Complexity: O(n) at worst, as in the kernel.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    // After the mark has started from the top twice, everybody has been looked at.
    var starts = 0
    while true {
      place += 1
      if place == upstream.count {
        place = 0
        mark -= step
        if mark <= 0 {
          mark = highest
          starts += 1
          if starts == 2 { return nil }
        }
      }
      let backend = BackendIndex(place)
      if upstream[backend].weight >= mark && upstream.isUsable(backend, for: attempt) {
        return backend
      }
    }
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    step = WeightDivisor.ofWeights(in: upstream)
    highest = Self.highest(in: upstream, step: step)
    place = -1
    if mark > highest { mark = highest }
  }

  private static func highest(in upstream: borrowing Upstream, step: Int32) -> Int32 {
    var greatest: Int32 = 0
    for place in 0..<upstream.count {
      greatest = max(greatest, upstream[BackendIndex(place)].weight)
    }
    return greatest - (step - 1)
  }
}
