import ExperimentModel
import SimulationEngine

/// A ring on which a backend that is full for now passes a request on to the next one.
///
/// Full is one that has its share of all outstanding requests, the one at hand included, times
/// one and a little, rounded up.
struct BoundedLoadHash: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "bounded-load-hash",
    summary: "consistent hash that passes a request on where a backend has too many",
    whenToUse: "when backends cache by key and some keys are hot: it gives up a part of "
      + "the cache hits for a bound on the load",
    source: "V. Mirrokni, M. Thorup and M. Zadimoghaddam, \"Consistent hashing with bounded "
      + "loads\", SODA 2018; XXH64 of the key, without a key of the address, without both in turn",
    options: [
      StrategyOption(
        name: "epsilon", summary: "how much more than its share a backend may have",
        kind: .number(standard: 0.25, range: 0...1000, isWhole: false)),
      ConsistentHash.points,
    ])

  private let ring: HashRing
  private let factor: Double
  private var weights = 0
  private var active = 0
  private var rotation = Rotation()

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    let each = Int(options.number("points"))
    ring = HashRing(upstream) { _ in each }
    factor = 1 + options.number("epsilon")
    weigh(upstream)
  }

  /// - Complexity: O(1) on average while most backends are usable.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    guard let hash = attempt.stableHash else { return rotation.next(for: attempt, in: upstream) }
    let slots = factor * Double(active + 1) / Double(weights)
    let roomy = ring.first(behind: hash) { backend in
      let peer = upstream[backend]
      return Double(peer.outstanding) < (slots * Double(peer.weight)).rounded(.up)
        && upstream.isUsable(backend, for: attempt)
    }
    // Those with room may be the ones that this attempt may not use.
    return roomy ?? ring.first(behind: hash) { upstream.isUsable($0, for: attempt) }
  }

  mutating func started(at backend: BackendIndex, in upstream: borrowing Upstream) { active += 1 }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) { active -= 1 }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    weigh(upstream)
  }

  /// Adds up the weights of those in service.
  private mutating func weigh(_ upstream: borrowing Upstream) {
    weights = 0
    for place in 0..<upstream.count where upstream.isInService(BackendIndex(place)) {
      weights += Int(upstream[BackendIndex(place)].weight)
    }
    weights = max(weights, 1)
  }
}
