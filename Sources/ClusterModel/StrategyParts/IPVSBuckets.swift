import ExperimentModel
import SimulationEngine

/// The 256 buckets of IPVS's simple hashing schedulers.
///
/// Sources: Linux, `net/netfilter/ipvs/ip_vs_sh.c` and `ip_vs_dh.c`; the hash is `hash_32` of
/// `include/linux/hash.h`, the upper 8 bits of the product with 2³² over the square of the golden
/// ratio.
struct IPVSBuckets: ~Copyable {
  static let fallback = StrategyOption(
    name: "fallback", summary: "whether an unusable destination's clients go to another",
    kind: .word(standard: "no", of: ["no", "yes"]))

  static let count = 256
  private let buckets = Column<UInt32>(repeating: 0, count: count)
  private let areWeighted: Bool
  private let fallsBack: Bool
  private var rotation = Rotation()

  init(_ upstream: borrowing Upstream, areWeighted: Bool, fallsBack: Bool) {
    self.areWeighted = areWeighted
    self.fallsBack = fallsBack
    fill(from: upstream)
  }

  /// Fills the buckets round the list of those in service.
  mutating func fill(from upstream: borrowing Upstream) {
    var bucket = 0
    while bucket < Self.count {
      let before = bucket
      for place in 0..<upstream.count where upstream.isInService(BackendIndex(place)) {
        let times = areWeighted ? Int(upstream[BackendIndex(place)].weight) : 1
        for _ in 0..<times where bucket < Self.count {
          buckets[bucket] = UInt32(place)
          bucket += 1
        }
      }
      if bucket == before { return }
    }
  }

  /// The destination of an address; one in turn when there is none.
  ///
  /// A destination that cannot be used is none, as in the kernel, unless there is a fallback.
  mutating func pick(
    _ address: UInt32?, for attempt: Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    guard let address else {
      return rotation.next(for: attempt, in: upstream)
    }
    let bucket = Int((address &* 0x61c8_8647) >> 24)
    var tried = bucket
    for offset in 0..<Self.count {
      let backend = BackendIndex(Int(buckets[tried]))
      if upstream.isUsable(backend, for: attempt) { return backend }
      if !fallsBack { return nil }
      // The offset of a further look counts from the bucket, and is added to it once more.
      tried = (bucket + offset + bucket) % Self.count
    }
    return nil
  }
}
