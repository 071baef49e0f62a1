import ExperimentModel
import SimulationEngine

/// The less loaded of two different backends, by response times of which peaks count at once.
struct PeakEWMA: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "peak-ewma",
    summary: "the cheaper of two drawn, by response times whose peaks count at once",
    whenToUse: "when backends stall now and then and the tail matters; it needs a steady "
      + "flow of answers to go by",
    source: "Finagle, finagle-core/.../loadbalancer/PeakEwma.scala, over two distinct draws; "
      + "weights do not count",
    options: [PeakEWMALoad.decay])

  private var stream: RandomStream
  private let load: PeakEWMALoad

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    stream = randomness
    load = PeakEWMALoad(upstream, options)
  }

  /// - Complexity: O(1) while most backends are usable.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    let count = UInt64(upstream.count)
    guard
      let first = upstream.firstUsable(for: attempt, { BackendIndex(Int(stream.below(count))) })
    else { return nil }
    if count == 1 { return first }
    var place = Int(stream.below(count - 1))
    if place >= first.int { place += 1 }
    let second = BackendIndex(place)
    if !upstream.isUsable(second, for: attempt) { return first }
    let now = upstream.now
    let one = load.load(of: first, outstanding: upstream[first].outstanding, at: now)
    let other = load.load(of: second, outstanding: upstream[second].outstanding, at: now)
    return one <= other ? first : second
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    load.observe(response, of: backend, at: upstream.now)
  }
}
