/// A few bytes that are read from the front, each number by its width; nil where they run out.
///
/// Nothing that a stranger can write into a file makes a read go beyond the end.
struct ByteReader {
  /// What has not been read.
  private(set) var rest: ArraySlice<UInt8>
  /// Whether numbers have their least significant byte first.
  var isLittleEndian = false

  init(_ bytes: ArraySlice<UInt8>, isLittleEndian: Bool = false) {
    rest = bytes
    self.isLittleEndian = isLittleEndian
  }

  var count: Int { rest.count }

  mutating func byte() -> UInt8? { rest.popFirst() }

  mutating func uint16() -> UInt16? { number() }

  mutating func uint32() -> UInt32? { number() }

  mutating func uint64() -> UInt64? { number() }

  /// The next bytes, so many of them.
  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// Passes over so many bytes; nil when there are fewer.
  mutating func skip(_ count: Int) -> Void? { take(count).map { _ in } }

  private mutating func number<Number: FixedWidthInteger & UnsignedInteger>() -> Number? {
    guard let bytes = take(Number.bitWidth / 8) else { return nil }
    let number = bytes.reduce(0 as Number) { $0 &<< 8 | Number($1) }
    return isLittleEndian ? number.byteSwapped : number
  }
}
