import ExperimentModel
import SimulationEngine

/// Finagle's two choices by response times of which peaks count at once.
struct FinagleEWMA: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "finagle.p2c_peak_ewma",
    summary: "of two different nodes the one with the lower peak-sensitive mean response time",
    whenToUse: "when many clients balance over servers that stall now and then, and the "
      + "tail matters",
    source: "Finagle, finagle-core/.../loadbalancer/p2c/P2CPeakEwma.scala and PeakEwma.scala",
    options: [PeakEWMALoad.decay])

  private var stream: RandomStream
  private let load: PeakEWMALoad

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    stream = randomness
    load = PeakEWMALoad(upstream, options)
  }

  /// - Complexity: O(1) while most nodes are open.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    let now = upstream.now
    return FinagleTwoChoices.pick(
      among: upstream.count, for: attempt, in: upstream, stream: &stream,
      node: { BackendIndex($0) },
      load: { load.load(of: $0, outstanding: upstream[$0].outstanding, at: now) })
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    load.observe(response, of: backend, at: upstream.now)
  }
}
