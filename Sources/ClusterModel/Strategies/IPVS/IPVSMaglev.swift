import ExperimentModel
import SimulationEngine

/// IPVS's Maglev hashing: a table of 4093 entries, in which each destination claims as many in a
/// row as its weight says.
struct IPVSMaglev: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "ipvs.mh",
    summary: "the same destination for the same client address, few of which move at a change",
    whenToUse: "when several directors must agree on the server of a client without "
      + "telling each other",
    source: "Linux, net/netfilter/ipvs/ip_vs_mh.c; without an address the key is hashed, "
      + "without both it is in turn",
    options: [IPVSBuckets.fallback])

  static var traits: StrategyTraits { .ignoresAnswers }

  /// The standard size: the fifth of the primes that the kernel can be built with.
  private static let size = 4093
  private static let indexBits = 6
  private let table: Column<UInt32>
  private let fallsBack: Bool
  private var rotation = Rotation()

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    fallsBack = options.word("fallback") == "yes"
    table = Column(repeating: 0, count: Self.size)
    fill(from: upstream)
  }

  /// - Complexity: O(1).
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    guard let address = attempt.foldedAddress else {
      return rotation.next(for: attempt, in: upstream)
    }
    let first = Int(IPVSHash.first.hash(address)) % Self.size
    var entry = first
    for offset in 0..<Self.size {
      let backend = BackendIndex(Int(table[entry]))
      if upstream.isUsable(backend, for: attempt) { return backend }
      if !fallsBack { return nil }
      let shift = UInt32((offset + first) % Self.size)
      entry = Int(IPVSHash.first.hash(address &+ shift)) % Self.size
    }
    return nil
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    fill(from: upstream)
  }

  /// Lets the destinations in service claim the entries in turn.
  private func fill(from upstream: borrowing Upstream) {
    let divisor = WeightDivisor.ofWeights(in: upstream)
    var greatest: Int32 = 0
    for place in 0..<upstream.count {
      greatest = max(greatest, upstream[BackendIndex(place)].weight / divisor)
    }
    // Weights so large that they would fill the table in a few turns are shifted down.
    let shift = max(0, Int32.bitWidth - greatest.leadingZeroBitCount - Self.indexBits)
    var claims: [(place: Int, next: Int, skip: Int, turns: Int)] = []
    for place in 0..<upstream.count where upstream.isInService(BackendIndex(place)) {
      let value = IPVSHash.value(of: upstream.addresses[place])
      claims.append(
        (
          place: place, next: Int(IPVSHash.first.hash(value)) % Self.size,
          skip: Int(IPVSHash.second.hash(value)) % (Self.size - 1) + 1,
          turns: max(1, Int((upstream[BackendIndex(place)].weight / divisor) >> Int32(shift)))
        ))
    }
    if claims.isEmpty { return }
    for entry in 0..<Self.size { table[entry] = .max }
    var free = Self.size
    while true {
      for claim in claims.indices {
        for _ in 0..<claims[claim].turns {
          while table[claims[claim].next] != .max {
            claims[claim].next = (claims[claim].next + claims[claim].skip) % Self.size
          }
          table[claims[claim].next] = UInt32(claims[claim].place)
          free -= 1
          if free == 0 { return }
        }
      }
    }
  }
}
