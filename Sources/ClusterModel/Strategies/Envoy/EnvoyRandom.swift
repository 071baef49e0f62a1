import ExperimentModel
import SimulationEngine

/// Envoy's random policy: any host with equal chance.
struct EnvoyRandom: EnvoyPolicy, ~Copyable {
  static let card = StrategyCard(
    name: "envoy.random",
    summary: "any healthy host with equal chance; weights do not count",
    whenToUse: "when hosts come and go without health checks, so that no order of turns "
      + "favours the one after a dead one",
    source: "Envoy, source/extensions/load_balancing_policies/random/random_lb.cc",
    allowsSlowStart: false)

  private var stream: RandomStream
  private var hosts = EnvoyHosts.none

  init(options: StrategyOptions, randomness: RandomStream) { stream = randomness }

  mutating func use(_ hosts: [BackendIndex], in upstream: borrowing Upstream) {
    self.hosts = EnvoyHosts(hosts, in: upstream)
  }

  /// - Complexity: O(1) while most hosts are usable.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if hosts.count == 0 { return nil }
    for _ in 0..<20 {
      let host = hosts[Int(stream.below(UInt64(hosts.count)))]
      if upstream.isUsable(host, for: attempt) { return host }
    }
    return hosts.usable(
      from: Int(stream.below(UInt64(hosts.count))), for: attempt, in: upstream)
  }
}
