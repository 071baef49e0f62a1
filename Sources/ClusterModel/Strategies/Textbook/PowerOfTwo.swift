import ExperimentModel
import SimulationEngine

/// The less loaded of a few backends drawn at random: nearly as good as asking all of them.
struct PowerOfTwo: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "power-of-two",
    summary: "the less loaded of two different backends drawn at random",
    whenToUse: "when several balancers share many backends: nearly as good as the shortest "
      + "queue, and nobody rushes to the same idle one",
    source: "M. Mitzenmacher, \"The power of two choices in randomized load balancing\", "
      + "IEEE TPDS 12 (2001)",
    options: [
      StrategyOption(
        name: "d", summary: "how many backends are drawn",
        kind: .number(standard: 2, range: 1...1000, isWhole: true))
    ])

  private var stream: RandomStream
  private let choices: Int
  /// The backends in any order; the first places hold those drawn last.
  private let deck: Column<UInt32>

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    stream = randomness
    choices = min(Int(options.number("d")), upstream.count)
    deck = Column((0..<upstream.count).map(UInt32.init))
  }

  /// - Complexity: O(d) while most backends are usable.
  ///
  /// Among equals the first drawn wins.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    var best = BackendIndex.none
    var fewest = Int32.max
    var found = 0
    for place in 0..<upstream.count {
      if found == choices { break }
      // One step of the shuffle of Fisher and Yates: distinct draws without a memory of its own.
      let drawn = place + Int(stream.below(UInt64(upstream.count - place)))
      let backend = BackendIndex(Int(deck[drawn]))
      deck[drawn] = deck[place]
      deck[place] = UInt32(backend.int)
      if !upstream.isUsable(backend, for: attempt) { continue }
      found += 1
      let outstanding = upstream[backend].outstanding
      if outstanding < fewest {
        best = backend
        fewest = outstanding
      }
    }
    return best == .none ? nil : best
  }
}
