import ExperimentModel
import SimulationEngine

/// HAProxy's `balance roundrobin`: weighted turns that follow weights and servers as they change.
struct HAProxyRoundRobin: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "haproxy.roundrobin",
    summary: "in proportion to the weights, evenly spread: weights 1, 2, 3 give c b c a c b",
    whenToUse: "when HAProxy stands before short requests, or weights change while it "
      + "runs; its standard up to 3.2",
    source: "HAProxy, src/lb_fwrr.c")
  static var traits: StrategyTraits { [.anyBackendWillDo, .neverOvertakes, .ignoresAnswers] }

  private var primaries: WeightedTurns
  private var backups: WeightedTurns

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    primaries = WeightedTurns(upstream, backups: false)
    backups = WeightedTurns(upstream, backups: true)
  }

  /// - Complexity: O(log n), and as much for each saturated server that is passed over.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    attempt.usesBackups
      ? backups.pick(for: attempt, from: upstream)
      : primaries.pick(for: attempt, from: upstream)
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    let weight = upstream[backend].scaledWeight
    if upstream[backend].isBackup {
      backups.setWeight(weight, of: backend)
    } else {
      primaries.setWeight(weight, of: backend)
    }
  }
}
