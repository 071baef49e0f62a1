import ExperimentModel
import SimulationEngine

/// Any backend with a chance in proportion to its weight.
struct WeightedRandom: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "weighted-random",
    summary: "any backend with a chance in proportion to its weight",
    whenToUse: "when many balancers that know nothing of each other feed backends of known "
      + "sizes; chance forms queues at high load",
    source: "textbook: independent weighted splitting")

  static var traits: StrategyTraits { .ignoresAnswers }

  private var stream: RandomStream
  /// The sum of the weights up to each backend and with it.
  private let cumulated: Column<UInt64>

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    stream = randomness
    var sum: UInt64 = 0
    var sums: [UInt64] = []
    for place in 0..<upstream.count {
      sum += UInt64(upstream[BackendIndex(place)].weight)
      sums.append(sum)
    }
    cumulated = Column(sums)
  }

  /// - Complexity: O(log n) while most backends are usable.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    upstream.firstUsable(for: attempt) { draw() }
  }

  private mutating func draw() -> BackendIndex {
    let drawn = stream.below(cumulated[cumulated.count - 1])
    var low = 0
    var high = cumulated.count - 1
    while low < high {
      let middle = (low + high) / 2
      if drawn < cumulated[middle] { high = middle } else { low = middle + 1 }
    }
    return BackendIndex(low)
  }
}
