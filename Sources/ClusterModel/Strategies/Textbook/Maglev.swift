import ExperimentModel
import SimulationEngine

/// A table of backends in proportion to their weights, most of which stays when one comes or goes.
struct Maglev: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "maglev",
    summary: "the same backend for the same key, in proportion to the weights, by a table",
    whenToUse: "when keys must be spread evenly and picked for at once; a change of the "
      + "backends moves a few keys more than a ring does",
    source: "D. Eisenbud et al., \"Maglev: a fast and reliable software network load balancer\", "
      + "NSDI 2016; XXH64 of the key, without a key of the address, without both in turn",
    options: [
      StrategyOption(
        name: "table_size", summary: "how many entries the table has, or the next prime number",
        kind: .number(standard: 65_537, range: 2...5_000_011, isWhole: true))
    ])

  static var traits: StrategyTraits { .ignoresAnswers }

  private let size: Int
  private var table: MaglevTable
  private var rotation = Rotation()

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    size = Prime.atLeast(Int(options.number("table_size")))
    table = Self.table(upstream, size: size)
  }

  /// - Complexity: O(1) while most backends are usable.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    guard let hash = attempt.stableHash else { return rotation.next(for: attempt, in: upstream) }
    if table.count == 0 { return nil }
    for step in 0..<UInt64(100) {
      let backend = table.owner(of: hash &+ step)
      if upstream.isUsable(backend, for: attempt) { return backend }
    }
    return rotation.next(for: attempt, in: upstream)
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    table = Self.table(upstream, size: size)
  }

  private static func table(_ upstream: borrowing Upstream, size: Int) -> MaglevTable {
    var claimants: [MaglevTable.Claimant] = []
    for place in 0..<upstream.count where upstream.isInService(BackendIndex(place)) {
      let backend = BackendIndex(place)
      claimants.append(
        MaglevTable.Claimant(
          backend: backend, key: upstream.addresses[place],
          share: Double(upstream[backend].weight)))
    }
    return MaglevTable(claimants, size: size)
  }
}
