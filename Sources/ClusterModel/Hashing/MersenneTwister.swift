import SimulationEngine

/// The random numbers of C++'s `std::mt19937`, which programs use where one seed must give one
/// order everywhere.
///
/// Source: M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed
/// uniform pseudorandom number generator", ACM TOMACS 8 (1998).
package struct MersenneTwister: ~Copyable {
  private static let length = 624
  private let state = Column<UInt32>(repeating: 0, count: length)
  private var place = length

  /// Makes a generator that has yet to be started.
  package init() {}

  /// Starts anew from a seed.
  ///
  /// - Complexity: O(624).
  package mutating func start(seed: UInt32) {
    state[0] = seed
    for index in 1..<Self.length {
      let before = state[index - 1]
      state[index] = 1_812_433_253 &* (before ^ before >> 30) &+ UInt32(index)
    }
    place = Self.length
  }

  /// The next 32 random bits.
  ///
  /// - Complexity: amortised O(1).
  package mutating func next() -> UInt32 {
    if place == Self.length { twist() }
    var bits = state[place]
    place += 1
    bits ^= bits >> 11
    bits ^= bits << 7 & 0x9d2c_5680
    bits ^= bits << 15 & 0xefc6_0000
    return bits ^ bits >> 18
  }

  private mutating func twist() {
    for index in 0..<Self.length {
      let following = state[(index + 1) % Self.length]
      let joined = state[index] & 0x8000_0000 | following & 0x7fff_ffff
      let far = state[(index + 397) % Self.length]
      state[index] = far ^ joined >> 1 ^ (joined & 1 == 0 ? 0 : 0x9908_b0df)
    }
    place = 0
  }
}
