import ExperimentModel
import SimulationEngine

/// The schedule that Envoy keeps of hosts whose weights differ, or some of which are warming up.
///
/// Source: `load_balancer_impl.cc`, EdfLoadBalancerBase. It is built anew whenever the hosts
/// change, as if some number of picks had been made, which is drawn once for each balancer.
struct EnvoyDeadlines: ~Copyable {
  /// The option that fixes the start, so that a recorded order can be met.
  static let start = StrategyOption(
    name: "start", summary: "how many picks the order is ahead; -1 draws it from the seed",
    kind: .number(standard: -1, range: -1...429_496_728, isWhole: true))

  /// What the start is drawn from.
  let seed: UInt64
  private var schedule = DeadlineSchedule([], after: 0) { _ in 1 }
  private var slowStart: EnvoySlowStart
  /// Whether there is a schedule; equal hosts need none.
  private(set) var isKept = false

  init(_ options: StrategyOptions, randomness: RandomStream) {
    var stream = randomness
    let start = options.number("start")
    seed = start < 0 ? stream.next() : UInt64(start)
    slowStart = EnvoySlowStart(options)
  }

  mutating func use(
    _ hosts: [BackendIndex], areEqual: Bool, in upstream: borrowing Upstream,
    weight: (BackendIndex) -> Double
  ) {
    slowStart.note(hosts, in: upstream)
    let now = upstream.now
    isKept = hosts.count > 1 && (!areEqual || slowStart.isActive(at: now))
    if !isKept { return }
    schedule = DeadlineSchedule(hosts, after: Int(seed % 429_496_729)) { host in
      weight(host) * slowStart.factor(of: host, at: now)
    }
  }

  /// - Complexity: O(log n) while most hosts are usable.
  mutating func pick(
    among hosts: borrowing EnvoyHosts, for attempt: Attempt, in upstream: borrowing Upstream,
    weight: (BackendIndex) -> Double
  ) -> BackendIndex? {
    let now = upstream.now
    var host = BackendIndex.none
    for _ in 0..<2 * hosts.count {
      host = schedule.next { host in weight(host) * slowStart.factor(of: host, at: now) }
      if upstream.isUsable(host, for: attempt) { return host }
    }
    return hosts.usable(from: 0, for: attempt, in: upstream)
  }
}
