/// The functions by which HAProxy hashes bytes to 32 bits, and the mixing it may add.
///
/// Source: `src/hash.c` and `include/haproxy/intops.h` of HAProxy.
package enum HAProxyHashFunction: String, BitwiseCopyable, CaseIterable {
  /// The hash of the sdbm database library.
  case sdbm
  /// D. J. Bernstein's: times 33, plus the byte.
  case djb2
  /// W. Tarreau's: two halves, rotated by amounts that depend on the bytes.
  case wt6
  /// The CRC-32 of IEEE 802.3.
  case crc32
  /// No hash: the bytes are read as a decimal number.
  case none

  /// The hash of these bytes.
  ///
  /// - Complexity: O(length).
  package func hash<Bytes: Sequence<UInt8>>(_ bytes: Bytes) -> UInt32 {
    switch self {
    case .sdbm: bytes.reduce(0) { UInt32($1) &+ $0 << 6 &+ $0 << 16 &- $0 }
    case .djb2: bytes.reduce(5_381) { $0 &* 33 &+ UInt32($1) }
    case .wt6: HAProxyHashFunction.wt6(bytes)
    case .crc32: HAProxyHashFunction.crc32(bytes)
    case .none: HAProxyHashFunction.number(bytes)
    }
  }

  private static func wt6<Bytes: Sequence<UInt8>>(_ bytes: Bytes) -> UInt32 {
    var one: UInt32 = 0xa53c_965a
    var other: UInt32 = 0x5ca6_953a
    var (oneTurn, otherTurn): (UInt32, UInt32) = (6, 18)
    for byte in bytes {
      let mixed = ~(one ^ UInt32(byte))
      let added = ~(other &+ UInt32(byte))
      one = rotated(added, by: oneTurn)
      other = rotated(mixed, by: otherTurn)
      let turns = (one >> 16 ^ other) & 0xffff
      oneTurn = turns & 31
      otherTurn = turns >> 11
    }
    return one ^ other
  }

  private static func rotated(_ value: UInt32, by bits: UInt32) -> UInt32 {
    value &<< bits | value &>> (32 &- bits)
  }

  private static func crc32<Bytes: Sequence<UInt8>>(_ bytes: Bytes) -> UInt32 {
    var check = CRC32()
    check.add(bytes)
    return check.value
  }

  private static func number<Bytes: Sequence<UInt8>>(_ bytes: Bytes) -> UInt32 {
    var value: UInt32 = 0
    for byte in bytes {
      guard byte >= 48 && byte <= 57 else { break }
      value = value &* 10 &+ UInt32(byte - 48)
    }
    return value
  }

  /// A number mixed so that each bit depends on all: the avalanche, which places nodes on the ring.
  ///
  /// The full-avalanche hash of integers by B. Jenkins, with a multiplication at its end.
  package static func avalanche(_ value: UInt32) -> UInt32 {
    var mixed = value
    mixed = mixed &+ 0x7ed5_5d16 &+ mixed << 12
    mixed = (mixed ^ 0xc761_c23c) ^ mixed >> 19
    mixed = mixed &+ 0x1656_67b1 &+ mixed << 5
    mixed = (mixed &+ 0xd3a2_646c) ^ mixed << 9
    mixed = mixed &+ 0xfd70_46c5 &+ mixed << 3
    mixed = (mixed ^ 0xb55a_4f09) ^ mixed >> 16
    return mixed &* 3_221_225_473
  }
}
