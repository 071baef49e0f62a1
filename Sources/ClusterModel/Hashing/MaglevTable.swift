import SimulationEngine

/// A table of backends in which each has its share, and few entries move when one comes or goes.
///
/// The backends take turns to claim the next free entry of a permutation of their own
/// (D. Eisenbud et al., "Maglev: a fast and reliable software network load balancer", NSDI 2016).
/// One with less than the greatest weight lets turns pass, as in Envoy's `maglev_lb.cc`; the
/// permutations are Envoy's.
struct MaglevTable: ~Copyable {
  private let entries: Column<UInt32>

  /// A backend that claims entries.
  struct Claimant {
    let backend: BackendIndex
    /// What its permutation is derived from.
    let key: String
    /// Its share of the sum of all weights.
    let share: Double
  }

  /// Fills a table of a prime number of entries; the claimants' keys decide who begins.
  ///
  /// - Complexity: O(size log size) on average.
  init(_ claimants: [Claimant], size: Int) {
    struct Walk {
      let backend: UInt32
      let share: Double
      let skip: UInt64
      var place: UInt64
      var target = 0.0
    }
    let modulus = UInt64(size)
    var walks = claimants.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
      Walk(
        backend: $0.backend.value, share: $0.share,
        skip: XXHash64.hash($0.key, seed: 1) % (modulus - 1) + 1,
        place: XXHash64.hash($0.key) % modulus)
    }
    let greatest = walks.map(\.share).max() ?? 0
    entries = Column(repeating: UInt32.max, count: walks.isEmpty ? 0 : size)
    var free = entries.count
    var round = 1.0
    while free > 0 {
      for index in walks.indices where free > 0 {
        if round * walks[index].share < walks[index].target { continue }
        walks[index].target += greatest
        while entries[Int(walks[index].place)] != .max {
          walks[index].place = (walks[index].place + walks[index].skip) % modulus
        }
        entries[Int(walks[index].place)] = walks[index].backend
        free -= 1
      }
      round += 1
    }
  }

  /// How many entries there are; none when nobody claims any.
  var count: Int { entries.count }

  /// The backend of a hash.
  ///
  /// - Complexity: O(1).
  func owner(of hash: UInt64) -> BackendIndex {
    BackendIndex(Int(entries[Int(hash % UInt64(entries.count))]))
  }
}
