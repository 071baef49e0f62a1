/// The cyclic redundancy check of 32 bits of IEEE 802.3, as Ethernet, zlib and nginx compute it.
///
/// Polynomial 0x04c11db7, reflected: RFC 1952, section 8.
package struct CRC32: BitwiseCopyable, Sendable {
  private var register: UInt32 = .max

  /// Makes the check of no bytes.
  package init() {}

  /// The check of these bytes.
  ///
  /// - Complexity: O(length).
  package static func checksum<Bytes: Sequence<UInt8>>(of bytes: Bytes) -> UInt32 {
    var check = CRC32()
    check.add(bytes)
    return check.value
  }

  /// The check of the bytes so far.
  package var value: UInt32 { ~register }

  /// Adds a byte.
  package mutating func add(_ byte: UInt8) {
    register = CRC32.table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] ^ register >> 8
  }

  /// Adds bytes in order.
  package mutating func add<Bytes: Sequence<UInt8>>(_ bytes: Bytes) {
    for byte in bytes { add(byte) }
  }

  /// Adds a whole number in decimal digits.
  package mutating func add(decimal number: UInt32) {
    var divisor: UInt32 = 1
    while number / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      add(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  /// Adds the four bytes of a word, the lowest first.
  package mutating func add(littleEndian word: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      add(UInt8(truncatingIfNeeded: word >> shift))
    }
  }

  /// What the division leaves of each byte.
  private static let table = InlineArray<256, UInt32> { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xedb8_8320
    }
  }
}
