/// A stream of random numbers for one purpose, derived by name from the seed of the run.
///
/// Each purpose (arrivals, service, routing, ...) draws from a stream of its own, so two
/// strategies meet the same workload and a new draw disturbs nothing else. The generator is
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
/// 2014): its n-th output is a function of n alone, so that each request can own a part of a
/// stream without storing any state.
public struct RandomStream: BitwiseCopyable, Sendable {
  @usableFromInline var state: UInt64

  /// The odd step between two states: 2⁶⁴ over the golden ratio.
  @inlinable static var step: UInt64 { 0x9e37_79b9_7f4a_7c15 }
  /// How many draws lie between the starts of two neighbouring substreams.
  @inlinable static var drawsApart: UInt64 { 256 }

  /// Makes the stream of this purpose for a seed.
  public init(seed: UInt64, purpose: String) {
    // The name is hashed by FNV-1a (Fowler, Noll, Vo), then both are mixed.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    state = RandomStream.mix(RandomStream.mix(seed &+ RandomStream.step) ^ hash)
  }

  @inlinable init(state: UInt64) { self.state = state }

  /// The part of this stream that belongs to the item of this number.
  @inlinable @inline(__always)
  public func substream(_ number: UInt64) -> RandomStream {
    RandomStream(state: state &+ number &* (RandomStream.drawsApart &* RandomStream.step))
  }

  /// The next 64 random bits.
  @inlinable @inline(__always)
  public mutating func next() -> UInt64 {
    state &+= RandomStream.step
    return RandomStream.mix(state)
  }

  /// The next number, uniform in [0, 1) with 53 bits.
  @inlinable @inline(__always)
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// The next whole number, uniform in 0 ..< bound, without bias.
  ///
  /// D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019).
  public mutating func below(_ bound: UInt64) -> UInt64 {
    precondition(bound > 0, "a number below zero does not exist")
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }

  @inlinable @inline(__always)
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
