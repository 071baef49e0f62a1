/// The 64-bit hash of xxHash, by which Envoy places hosts and requests.
///
/// Source: Y. Collet, "xxHash fast digest algorithm", the specification of XXH64, version 0.1.1.
package enum XXHash64 {
  private static let prime1: UInt64 = 0x9e37_79b1_85eb_ca87
  private static let prime2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
  private static let prime3: UInt64 = 0x1656_67b1_9e37_79f9
  private static let prime4: UInt64 = 0x85eb_ca77_c2b2_ae63
  private static let prime5: UInt64 = 0x27d4_eb2f_1656_67c5

  /// The hash of a text's UTF-8 bytes.
  package static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
    Array(text.utf8).withUnsafeBufferPointer { hash($0, seed: seed) }
  }

  /// The hash of some bytes.
  ///
  /// - Complexity: O(n), 32 bytes a step.
  package static func hash(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0) -> UInt64 {
    let input = UnsafeRawBufferPointer(bytes)
    var place = 0
    var hash = seed &+ prime5
    if input.count >= 32 {
      var lanes = (seed &+ prime1 &+ prime2, seed &+ prime2, seed, seed &- prime1)
      while place + 32 <= input.count {
        lanes.0 = round(lanes.0, word(input, place))
        lanes.1 = round(lanes.1, word(input, place + 8))
        lanes.2 = round(lanes.2, word(input, place + 16))
        lanes.3 = round(lanes.3, word(input, place + 24))
        place += 32
      }
      hash =
        turn(lanes.0, 1) &+ turn(lanes.1, 7) &+ turn(lanes.2, 12) &+ turn(lanes.3, 18)
      for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
        hash = (hash ^ round(0, lane)) &* prime1 &+ prime4
      }
    }
    hash &+= UInt64(input.count)
    while place + 8 <= input.count {
      hash = turn(hash ^ round(0, word(input, place)), 27) &* prime1 &+ prime4
      place += 8
    }
    if place + 4 <= input.count {
      let half = UInt32(
        littleEndian: input.loadUnaligned(fromByteOffset: place, as: UInt32.self))
      hash = turn(hash ^ (UInt64(half) &* prime1), 23) &* prime2 &+ prime3
      place += 4
    }
    while place < input.count {
      hash = turn(hash ^ (UInt64(input[place]) &* prime5), 11) &* prime1
      place += 1
    }
    return finished(hash)
  }

  /// Spreads every bit of the state over the whole result.
  private static func finished(_ state: UInt64) -> UInt64 {
    var hash = state
    hash = (hash ^ (hash >> 33)) &* prime2
    hash = (hash ^ (hash >> 29)) &* prime3
    return hash ^ (hash >> 32)
  }

  private static func word(_ input: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
    UInt64(littleEndian: input.loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }

  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    turn(lane &+ word &* prime2, 31) &* prime1
  }

  private static func turn(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value << bits | value >> (64 - bits)
  }
}
