import ExperimentModel

/// Each backend in proportion to its weight, evenly spread in time.
enum WeightedRoundRobin: SmoothTurnsCard {
  static let card = StrategyCard(
    name: "weighted-round-robin",
    summary: "in proportion to the weights, evenly spread: weights 1, 2, 3 give c b a c b c",
    whenToUse: "when backends differ in size by a factor that is known and stays; it does "
      + "not see that one of them has slowed down",
    source: "textbook, in the smooth form of I. Sysoev's nginx")
}
