import ExperimentModel
import SimulationEngine

/// How loaded each backend seems by its response times, of which peaks count at once and fade
/// slowly: the peak-sensitive moving average.
///
/// Source: Finagle, `finagle-core/.../loadbalancer/PeakEwma.scala`. The cost of a backend jumps to
/// any longer response time, and decays exponentially towards shorter ones; reading it decays it
/// too.
struct PeakEWMALoad: ~Copyable {
  static let decay = StrategyOption(
    name: "decay", summary: "the seconds in which a peak fades to 1/e of it",
    kind: .number(standard: 10, range: 0.001...86_400, isWhole: false))

  private struct Cost: BitwiseCopyable {
    var value = 0.0
    var stamp = Instant.zero
  }

  private let costs: Column<Cost>
  /// The span in which a cost falls to 1/e, in nanoseconds.
  private let decay: Double

  /// The load of a backend that has requests and no answer yet; half of the bits of the longest
  /// time.
  private static let penalty = Double(Int64.max >> 16)

  init(_ upstream: borrowing Upstream, _ options: StrategyOptions) {
    costs = Column(repeating: Cost(), count: upstream.count)
    decay = Double(Nanoseconds(nearest: options.number("decay") * 1e9).count)
  }

  /// Takes note of a response time.
  func observe(_ response: Nanoseconds, of backend: BackendIndex, at now: Instant) {
    observe(Double(response.count), of: backend, at: now)
  }

  /// The load of a backend with so many requests outstanding.
  func load(of backend: BackendIndex, outstanding: Int32, at now: Instant) -> Double {
    observe(0, of: backend, at: now)
    let cost = costs[backend.int].value
    if cost == 0 && outstanding != 0 { return Self.penalty + Double(outstanding) }
    return cost * Double(outstanding + 1)
  }

  private func observe(_ response: Double, of backend: BackendIndex, at now: Instant) {
    let cost = costs[backend.int]
    var value = response
    if response < cost.value {
      let kept = Elementary.exp(-Double((now - cost.stamp).count) / decay)
      value = response * (1 - kept) + cost.value * kept
    }
    costs[backend.int] = Cost(value: value, stamp: now)
  }
}
