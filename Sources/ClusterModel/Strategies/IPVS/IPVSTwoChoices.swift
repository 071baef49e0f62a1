import ExperimentModel
import SimulationEngine

/// IPVS's power of two choices: the less loaded, for its weight, of two drawn by weight.
struct IPVSTwoChoices: Strategy {
  static let card = StrategyCard(
    name: "ipvs.twos",
    summary: "the less loaded for its weight of two drawn by weight, perhaps twice the same",
    whenToUse: "when several directors share servers and would rush to the same least "
      + "loaded one",
    source: "Linux, net/netfilter/ipvs/ip_vs_twos.c")

  private var stream: RandomStream

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    stream = randomness
  }

  /// - Complexity: O(n), as in the kernel.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    let sum = upstream.usableWeight(for: attempt)
    if sum == 0 { return nil }
    // Both bounds are drawn, as in the kernel, which favours the first of the list a little.
    let first = drawn(Int64(stream.below(UInt64(sum + 1))), for: attempt, in: upstream)
    let second = drawn(Int64(stream.below(UInt64(sum + 1))), for: attempt, in: upstream)
    let one = upstream[first]
    let other = upstream[second]
    let isOtherBetter =
      Int64(other.weight) * one.overhead > Int64(one.weight) * other.overhead
    return isOtherBetter ? second : first
  }

  /// The destination with which the weights, added up, reach a number.
  private func drawn(
    _ number: Int64, for attempt: Attempt, in upstream: borrowing Upstream
  ) -> BackendIndex {
    var left = number
    var backend = BackendIndex.none
    for place in 0..<upstream.count where upstream.isUsable(BackendIndex(place), for: attempt) {
      backend = BackendIndex(place)
      left -= Int64(upstream[backend].weight)
      if left <= 0 { break }
    }
    return backend
  }
}
