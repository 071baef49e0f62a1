/// The keyed hash of IPVS's Maglev scheduler: the kernel's `hsiphash` of a 32-bit number.
///
/// On 64-bit machines that is SipHash with one round for each word and three at the end, folded to
/// its lower half (Linux, `lib/siphash.c`; J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast
/// short-input PRF", INDOCRYPT 2012).
struct IPVSHash: Sendable {
  private let key: UInt64

  /// The hash that looks a client up, and begins a destination's permutation.
  static let first = IPVSHash(key: 2_654_435_761)
  /// The hash that gives the steps of a destination's permutation.
  static let second = IPVSHash(key: 2_654_446_892)

  /// Both halves of the kernel's key are the same number.
  private init(key: UInt64) { self.key = key }

  /// The number that stands for an address `a.b.c.d:port`: the sum of its 32 bits and the port; a
  /// hash of the text where it is none, as a name is.
  static func value(of address: String) -> UInt32 {
    let parts = address.split(separator: ":", omittingEmptySubsequences: false)
    let octets = parts[0].split(separator: ".", omittingEmptySubsequences: false).map {
      UInt8($0)
    }
    guard octets.count == 4, parts.count <= 2 else { return stand(for: address) }
    var bits: UInt32 = 0
    for octet in octets {
      guard let octet else { return stand(for: address) }
      bits = bits << 8 | UInt32(octet)
    }
    if parts.count == 1 { return bits }
    guard let port = UInt16(parts[1]) else { return stand(for: address) }
    return bits &+ UInt32(port)
  }

  private static func stand(for name: String) -> UInt32 {
    UInt32(truncatingIfNeeded: XXHash64.hash(name))
  }

  /// The hash of a number.
  func hash(_ value: UInt32) -> UInt32 {
    var v0 = 0x736f_6d65_7073_6575 ^ key
    var v1 = 0x646f_7261_6e64_6f6d ^ key
    var v2 = 0x6c79_6765_6e65_7261 ^ key
    var v3 = 0x7465_6462_7974_6573 ^ key
    func round() {
      v0 &+= v1
      v1 = turn(v1, 13) ^ v0
      v0 = turn(v0, 32)
      v2 &+= v3
      v3 = turn(v3, 16) ^ v2
      v0 &+= v3
      v3 = turn(v3, 21) ^ v0
      v2 &+= v1
      v1 = turn(v1, 17) ^ v2
      v2 = turn(v2, 32)
    }
    // The only block: the length in the highest byte, the number in the lowest four.
    let block = UInt64(4) << 56 | UInt64(value)
    v3 ^= block
    round()
    v0 ^= block
    v2 ^= 0xff
    for _ in 0..<3 { round() }
    return UInt32(truncatingIfNeeded: v0 ^ v1 ^ v2 ^ v3)
  }

  private func turn(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value << bits | value >> (64 - bits)
  }
}
