/// The 64-bit FNV-1a hash of Fowler, Noll and Vo (isthe.com/chongo/tech/comp/fnv): a few lines that
/// give the same value on every machine, unlike Swift's own hashing.
package enum FNV1a {
  /// The hash of these bytes.
  ///
  /// - Complexity: O(n).
  package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// The hash of these bytes as 16 hexadecimal digits.
  package static func digits(of bytes: some Sequence<UInt8>) -> String {
    let digits = String(hash(bytes), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
