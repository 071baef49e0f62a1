/// The cyclic redundancy check of 32 bits of IEEE 802.3, as in Ethernet and zlib.
///
/// Polynomial 0x04c11db7, reflected: ISO 3309 and RFC 1952, section 8.
package enum CRC32 {
  /// The checksum of these bytes.
  ///
  /// - Complexity: O(length).
  package static func checksum<Bytes: Sequence<UInt8>>(of bytes: Bytes) -> UInt32 {
    ~bytes.reduce(~0) { remainder, byte in
      remainder >> 8 ^ table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)]
    }
  }

  /// The remainder of each single byte.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xedb8_8320
    }
  }
}
