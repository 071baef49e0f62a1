import ExperimentModel
import SimulationEngine

/// How one of Envoy's policies picks within a priority: it is given the hosts, and asked.
protocol EnvoyPolicy: ~Copyable, SendableMetatype {
  static var card: StrategyCard { get }
  init(options: StrategyOptions, randomness: RandomStream)

  /// These are the hosts from now on, in the order of the file.
  mutating func use(_ hosts: [BackendIndex], in upstream: borrowing Upstream)

  /// The host for an attempt, which `use` has named and which is usable; nil when none is.
  mutating func pick(for attempt: inout Attempt, from upstream: borrowing Upstream) -> BackendIndex?

  /// So many requests more, or fewer, are outstanding at all hosts together.
  mutating func count(_ requests: Int)
}

extension EnvoyPolicy where Self: ~Copyable {
  /// Nothing: the policy does not ask.
  mutating func count(_ requests: Int) {}
}

/// One of Envoy's policies, with a state for each priority: primary backends are priority 0,
/// backups priority 1.
///
/// The hosts of a priority are the healthy ones, or in a panic all of them
/// (`source/extensions/load_balancing_policies/common/load_balancer_impl.cc`). A change takes
/// effect at the next pick, so that many at once cost one rebuild.
struct EnvoyPriorities<Policy: EnvoyPolicy & ~Copyable>: Strategy, ~Copyable {
  static var card: StrategyCard { Policy.card }

  private var primaries: Policy
  private var backups: Policy
  private var primariesChanged = true
  private var backupsChanged = true

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    primaries = Policy(options: options, randomness: randomness)
    backups = Policy(options: options, randomness: randomness.substream(1 << 40))
  }

  /// - Complexity: the policy's own; O(n log n) or the size of its table after a change.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if attempt.usesBackups {
      if backupsChanged { backups.use(hosts(areBackups: true, in: upstream), in: upstream) }
      backupsChanged = false
      return backups.pick(for: &attempt, from: upstream)
    }
    if primariesChanged { primaries.use(hosts(areBackups: false, in: upstream), in: upstream) }
    primariesChanged = false
    return primaries.pick(for: &attempt, from: upstream)
  }

  mutating func started(at backend: BackendIndex, in upstream: borrowing Upstream) {
    primaries.count(1)
    backups.count(1)
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    primaries.count(-1)
    backups.count(-1)
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    if upstream[backend].isBackup { backupsChanged = true } else { primariesChanged = true }
  }

  private func hosts(areBackups: Bool, in upstream: borrowing Upstream) -> [BackendIndex] {
    var hosts: [BackendIndex] = []
    for place in 0..<upstream.count {
      let backend = BackendIndex(place)
      if upstream[backend].isBackup == areBackups && upstream.isInService(backend) {
        hosts.append(backend)
      }
    }
    return hosts
  }
}

/// Envoy's hosts of one priority, as the policies that pick by place want them.
struct EnvoyHosts: ~Copyable {
  private let places: Column<UInt32>
  /// Whether all have one weight.
  let areEqual: Bool

  init(_ hosts: [BackendIndex], in upstream: borrowing Upstream) {
    places = Column(hosts.map(\.value))
    var areEqual = true
    for host in hosts where upstream[host].weight != upstream[hosts[0]].weight { areEqual = false }
    self.areEqual = areEqual
  }

  static var none: EnvoyHosts { EnvoyHosts() }

  private init() {
    places = Column([])
    areEqual = true
  }

  var count: Int { places.count }

  subscript(place: Int) -> BackendIndex { BackendIndex(Int(places[place])) }

  /// The first usable host from a place on, round the list; nil when none is usable.
  ///
  /// - Complexity: O(1) while most hosts are usable.
  func usable(
    from place: Int, for attempt: Attempt, in upstream: borrowing Upstream
  ) -> BackendIndex? {
    for step in 0..<count {
      let host = self[(place + step) % count]
      if upstream.isUsable(host, for: attempt) { return host }
    }
    return nil
  }
}
