import ExperimentModel
import SimulationEngine

/// Envoy's round robin: the list in turn where weights are equal, else earliest deadline first.
struct EnvoyRoundRobin: EnvoyPolicy, ~Copyable {
  static let card = StrategyCard(
    name: "envoy.round_robin",
    summary: "in turn; by earliest deadline where weights differ; from a random start",
    whenToUse: "when Envoy stands before equal requests: its standard; each thread takes "
      + "turns of its own",
    source: "Envoy, source/extensions/load_balancing_policies/round_robin/round_robin_lb.cc and "
      + "source/common/upstream/edf_scheduler.h",
    options: [EnvoyDeadlines.start] + EnvoySlowStart.options)

  private var deadlines: EnvoyDeadlines
  private var turn: UInt64
  private var hosts = EnvoyHosts.none

  init(options: StrategyOptions, randomness: RandomStream) {
    deadlines = EnvoyDeadlines(options, randomness: randomness)
    turn = deadlines.seed
  }

  mutating func use(_ hosts: [BackendIndex], in upstream: borrowing Upstream) {
    self.hosts = EnvoyHosts(hosts, in: upstream)
    deadlines.use(hosts, areEqual: self.hosts.areEqual, in: upstream) { host in
      Double(upstream[host].weight)
    }
  }

  /// - Complexity: O(1) where weights are equal, else O(log n).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if hosts.count == 0 { return nil }
    if deadlines.isKept {
      return deadlines.pick(among: hosts, for: attempt, in: upstream) { host in
        Double(upstream[host].weight)
      }
    }
    for _ in 0..<hosts.count {
      let host = hosts[Int(turn % UInt64(hosts.count))]
      turn &+= 1
      if upstream.isUsable(host, for: attempt) { return host }
    }
    return nil
  }
}
