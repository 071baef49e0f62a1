import ExperimentModel
import SimulationEngine

/// Envoy's Maglev: a table of hosts in proportion to the weights.
struct EnvoyMaglev: EnvoyPolicy, ~Copyable {
  static let card = StrategyCard(
    name: "envoy.maglev",
    summary: "the same host for the same key, by a table; random without key or address",
    whenToUse: "when Envoy stands before caches and the table should be small and fast; a "
      + "change moves more keys than a ring does",
    source: "Envoy, source/extensions/load_balancing_policies/maglev/maglev_lb.cc",
    options: [
      StrategyOption(
        name: "table_size", summary: "how many entries the table has; a prime number",
        kind: .number(standard: 65_537, range: 2...5_000_011, isWhole: true)),
      EnvoyBoundedLoad.option,
    ],
    allowsSlowStart: false)

  private let size: Int
  private var table: MaglevTable
  private var hosts = EnvoyHosts.none
  private var bounds: EnvoyBoundedLoad
  private var stream: RandomStream

  init(options: StrategyOptions, randomness: RandomStream) {
    size = Prime.atLeast(Int(options.number("table_size")))
    table = MaglevTable([], size: size)
    bounds = EnvoyBoundedLoad(options)
    stream = randomness
  }

  mutating func use(_ hosts: [BackendIndex], in upstream: borrowing Upstream) {
    self.hosts = EnvoyHosts(hosts, in: upstream)
    bounds.use(hosts, in: upstream)
    var claimants: [MaglevTable.Claimant] = []
    for (host, share) in zip(hosts, EnvoyBoundedLoad.shares(of: hosts, in: upstream)) {
      claimants.append(
        MaglevTable.Claimant(backend: host, key: upstream.addresses[host.int], share: share))
    }
    table = MaglevTable(claimants, size: size)
  }

  /// - Complexity: O(1); O(n) where load is bounded and the host is full.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if table.count == 0 { return nil }
    let hash = attempt.envoyHash(else: &stream)
    var probe = hash
    for selection in 0..<UInt64(20) {
      // Another host for the same request: the hash is mixed with the number of the selection.
      if selection > 0 { probe ^= ~0 &- selection &+ 1 }
      let host = table.owner(of: probe)
      if upstream.isUsable(host, for: attempt) {
        return bounds.settle(on: host, hash: hash, for: attempt, in: upstream)
      }
    }
    return hosts.usable(from: Int(hash % UInt64(hosts.count)), for: attempt, in: upstream)
  }

  mutating func count(_ requests: Int) { bounds.active += requests }
}
