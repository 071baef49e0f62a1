import SimulationEngine

/// What IPVS's schedulers share: the list of destinations, and how loaded each is.
///
/// IPVS decides once for each connection (Linux, `net/netfilter/ipvs/`). A destination's overhead
/// is 256 for each active connection and one for each that has ended but is still remembered; the
/// latter are taken as none here. A destination that is down is treated as one whose weight an
/// operator has set to nothing.
extension Upstream {
  /// The destination with the least cost over its weight, the first of equals; nil when none can
  /// be used.
  ///
  /// Costs are compared by multiplying crosswise with the weights, as the kernel does.
  ///
  /// - Complexity: O(n), as in the kernel.
  func leastForItsWeight(
    for attempt: Attempt, cost: (Peer) -> Int64, weight: (Peer) -> Int64
  ) -> BackendIndex? {
    var best = BackendIndex.none
    var least: Int64 = 0
    var leastWeight: Int64 = 1
    for place in 0..<count {
      let backend = BackendIndex(place)
      if !isUsable(backend, for: attempt) { continue }
      let peer = self[backend]
      if best == .none || least * weight(peer) > cost(peer) * leastWeight {
        best = backend
        least = cost(peer)
        leastWeight = weight(peer)
      }
    }
    return best == .none ? nil : best
  }

  /// The sum of the usable destinations' weights.
  func usableWeight(for attempt: Attempt) -> Int64 {
    var sum: Int64 = 0
    for place in 0..<count where isUsable(BackendIndex(place), for: attempt) {
      sum += Int64(self[BackendIndex(place)].weight)
    }
    return sum
  }
}

extension Upstream.Peer {
  /// How loaded IPVS takes a destination to be.
  var overhead: Int64 { Int64(outstanding) * 256 }
}

/// The weights of a list reduced by what divides them all.
enum WeightDivisor {
  /// The greatest number that divides all weights of an upstream.
  static func ofWeights(in upstream: borrowing Upstream) -> Int32 {
    var divisor: Int32 = 0
    for place in 0..<upstream.count {
      var other = upstream[BackendIndex(place)].weight
      while other != 0 { (divisor, other) = (other, divisor % other) }
    }
    return divisor
  }
}

extension Attempt {
  /// The 32 bits that IPVS hashes: the client's address, an IPv6 one folded; without one those of
  /// the key's hash; nil without either.
  var foldedAddress: UInt32? {
    if address.length > 0 {
      let folded = address.low ^ address.low >> 32 ^ address.high ^ address.high >> 32
      return UInt32(truncatingIfNeeded: folded)
    }
    return key.isEmpty ? nil : UInt32(truncatingIfNeeded: XXHash64.hash(key.bytes))
  }
}
