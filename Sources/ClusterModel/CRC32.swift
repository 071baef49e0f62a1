/// The cyclic redundancy check of IEEE 802.3 with 32 bits, as zlib and nginx compute it.
///
/// Source: W. W. Peterson and D. T. Brown, "Cyclic codes for error detection", Proc. IRE 49
/// (1961); the reflected polynomial is 0xEDB88320.
public struct CRC32: BitwiseCopyable, Sendable {
  private var register: UInt32 = .max

  /// Makes the check of no bytes.
  public init() {}

  /// The check of the bytes so far.
  public var value: UInt32 { ~register }

  /// Adds a byte.
  public mutating func add(_ byte: UInt8) {
    register = CRC32.nibbles[Int((register ^ UInt32(byte)) & 15)] ^ register >> 4
    register = CRC32.nibbles[Int((register ^ UInt32(byte >> 4)) & 15)] ^ register >> 4
  }

  /// Adds bytes in order.
  public mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(byte) }
  }

  /// Adds a whole number as the decimal digits that a person writes.
  public mutating func add(decimal number: UInt32) {
    var divisor: UInt32 = 1
    while number / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      add(48 + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  /// Adds the four bytes of a word, the lowest first.
  public mutating func add(littleEndian word: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      add(UInt8(truncatingIfNeeded: word >> shift))
    }
  }

  /// What the division leaves of each half byte: small enough to stay in the fastest cache.
  private static let nibbles: InlineArray<16, UInt32> = .init { place in
    var remainder = UInt32(place)
    for _ in 0..<4 {
      remainder = remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0xedb8_8320
    }
    return remainder
  }
}
