import ExperimentModel
import SimulationEngine

/// The bound on the load of a hashed host, beyond which another takes the request.
///
/// Source: Envoy, `source/extensions/load_balancing_policies/common/thread_aware_lb_impl.cc`,
/// BoundedLoadHashingLoadBalancer; after V. Mirrokni, M. Thorup and M. Zadimoghaddam, "Consistent
/// hashing with bounded loads", SODA 2018.
struct EnvoyBoundedLoad: ~Copyable {
  static let option = StrategyOption(
    name: "hash_balance_factor",
    summary: "the most load of a host in percent of the average; 0 for no bound",
    kind: .number(standard: 0, range: 0...1_000_000, isWhole: true))

  private let factor: Int
  /// The hosts in the order of the file, and room to shuffle them.
  private var hosts = Column<UInt32>([])
  private var deck = Column<UInt32>([])
  /// The share of each backend in the sum of the hosts' weights.
  private var shares = Column<Double>([])
  /// How many requests are outstanding at all hosts together.
  var active = 0
  private var twister = MersenneTwister()

  init(_ options: StrategyOptions) { factor = Int(options.number(Self.option.name)) }

  /// The share of each host in the sum of their weights.
  static func shares(of hosts: [BackendIndex], in upstream: borrowing Upstream) -> [Double] {
    var sum = 0.0
    for host in hosts { sum += Double(upstream[host].weight) }
    var shares: [Double] = []
    for host in hosts { shares.append(Double(upstream[host].weight) / sum) }
    return shares
  }

  mutating func use(_ hosts: [BackendIndex], in upstream: borrowing Upstream) {
    if factor == 0 { return }
    self.hosts = Column(hosts.map(\.value))
    deck = Column(hosts.map(\.value))
    shares = Column(repeating: 0, count: upstream.count)
    for (host, share) in zip(hosts, Self.shares(of: hosts, in: upstream)) {
      shares[host.int] = share
    }
  }

  /// The hashed host where it has room, else the first with room in an order that the hash alone
  /// decides, else the least overloaded.
  ///
  /// - Complexity: O(1) without a bound, else O(n).
  mutating func settle(
    on hashed: BackendIndex, hash: UInt64, for attempt: Attempt, in upstream: borrowing Upstream
  ) -> BackendIndex {
    if factor == 0 { return hashed }
    let slots = ((active + 1) * factor + 99) / 100
    var least = overload(of: hashed, slots: slots, in: upstream)
    if least <= 1 { return hashed }
    var best = hashed
    twister.start(seed: UInt32(truncatingIfNeeded: hash))
    for place in 0..<hosts.count { deck[place] = hosts[place] }
    for place in 0..<hosts.count {
      let drawn = place + Int(below(UInt32(hosts.count - place)))
      let host = BackendIndex(Int(deck[drawn]))
      deck[drawn] = deck[place]
      if host == hashed || !upstream.isUsable(host, for: attempt) { continue }
      let load = overload(of: host, slots: slots, in: upstream)
      if load <= 1 { return host }
      if load < least {
        best = host
        least = load
      }
    }
    return best
  }

  /// A host's requests over the slots that are its share; more than 1 is too many.
  private func overload(
    of host: BackendIndex, slots: Int, in upstream: borrowing Upstream
  ) -> Double {
    let own = max((Double(slots) * shares[host.int]).rounded(.up), 1)
    return Double(upstream[host].outstanding) / own
  }

  /// A whole number below a bound, by dividing the range evenly and drawing again above it.
  private mutating func below(_ bound: UInt32) -> UInt32 {
    let width = (UInt64(1) << 32) / UInt64(bound)
    while true {
      let drawn = UInt64(twister.next()) / width
      if drawn < UInt64(bound) { return UInt32(drawn) }
    }
  }
}

extension Attempt {
  /// What Envoy's hashing policies look a request up by: the hash of its key, else of the
  /// client's address, else a random number.
  func envoyHash(else stream: inout RandomStream) -> UInt64 {
    stableHash ?? stream.next()
  }

  /// The hash of the key, or without one of the client's address; nil without either.
  var stableHash: UInt64? {
    if !key.isEmpty { return XXHash64.hash(key.bytes) }
    return address.stableHash
  }
}

extension ClientAddress {
  /// The hash of the address's octets; nil when there are none.
  var stableHash: UInt64? {
    if length == 0 { return nil }
    let octets = (high.bigEndian, length == 4 ? (low << 32).bigEndian : low.bigEndian)
    return withUnsafeBytes(of: octets) { all in
      let used = UnsafeRawBufferPointer(rebasing: length == 4 ? all[8..<12] : all[0..<16])
      return used.withMemoryRebound(to: UInt8.self) { XXHash64.hash($0) }
    }
  }
}
