import ExperimentModel
import SimulationEngine

/// Envoy's ring hash: points on a ring in proportion to the weights.
struct EnvoyRingHash: EnvoyPolicy, ~Copyable {
  static let card = StrategyCard(
    name: "envoy.ring_hash",
    summary: "the same host for the same key, by points on a ring; random without key or address",
    whenToUse: "when Envoy stands before caches that come and go; the ring takes memory "
      + "for its evenness",
    source: "Envoy, source/extensions/load_balancing_policies/ring_hash/ring_hash_lb.cc",
    options: [
      StrategyOption(
        name: "minimum_ring_size", summary: "how many points the ring has at least",
        kind: .number(standard: 1024, range: 1...8_388_608, isWhole: true)),
      StrategyOption(
        name: "maximum_ring_size", summary: "how many points the ring has at most",
        kind: .number(standard: 8_388_608, range: 1...8_388_608, isWhole: true)),
      EnvoyBoundedLoad.option,
    ],
    allowsSlowStart: false)

  private let smallest: Double
  private let largest: Double
  private var ring = HashRing([])
  private var bounds: EnvoyBoundedLoad
  private var stream: RandomStream

  init(options: StrategyOptions, randomness: RandomStream) {
    smallest = options.number("minimum_ring_size")
    largest = max(smallest, options.number("maximum_ring_size"))
    bounds = EnvoyBoundedLoad(options)
    stream = randomness
  }

  mutating func use(_ hosts: [BackendIndex], in upstream: borrowing Upstream) {
    bounds.use(hosts, in: upstream)
    let shares = EnvoyBoundedLoad.shares(of: hosts, in: upstream)
    guard let least = shares.min() else { return ring = HashRing([]) }
    // As many points for each unit of share as give the lightest host a whole number of them.
    let scale = min((least * smallest).rounded(.up) / least, largest)
    var points: [HashRing.Point] = []
    var target = 0.0
    for (host, share) in zip(hosts, shares) {
      target += scale * share
      var number = 0
      while Double(points.count) < target {
        let hash = XXHash64.hash("\(upstream.addresses[host.int])_\(number)")
        points.append(HashRing.Point(hash: hash, owner: host))
        number += 1
      }
    }
    ring = HashRing(points)
  }

  /// - Complexity: O(1) on average; O(n) where load is bounded and the host is full.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if ring.count == 0 { return nil }
    let hash = attempt.envoyHash(else: &stream)
    let place = ring.place(of: hash)
    for step in 0..<ring.count {
      let host = ring.owner(step, behind: place)
      if upstream.isUsable(host, for: attempt) {
        return bounds.settle(on: host, hash: hash, for: attempt, in: upstream)
      }
    }
    return nil
  }

  mutating func count(_ requests: Int) { bounds.active += requests }
}
