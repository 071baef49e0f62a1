import CLinux

/// A message to the kernel while it is written: a header, a fixed part, and attributes in a tree.
///
/// Numbers are written in the order of this machine; what a protocol wants in the order of the
/// network is handed over as `.bigEndian`.
struct NetlinkMessage {
  private(set) var bytes: [UInt8] = []
  private var hasHeader = true

  /// Begins a message; its length is kept right as it grows.
  init(type: UInt16, flags: Int32, sequence: UInt32 = 0) {
    append(UInt32(0))
    append(type)
    append(UInt16(flags | NLM_F_REQUEST))
    append(sequence)
    append(UInt32(0))
    noteLength()
  }

  /// Begins a message of a part of netfilter, such as `NFNL_SUBSYS_QUEUE`.
  init(
    netfilter part: Int32, _ type: UInt32, flags: Int32, family: UInt8 = 0, resource: UInt16 = 0,
    sequence: UInt32 = 0
  ) {
    self.init(type: UInt16(part) << 8 | UInt16(type), flags: flags, sequence: sequence)
    append(family)
    append(UInt8(NFNETLINK_V0))
    append(resource.bigEndian)
    noteLength()
  }

  /// Adds a number to the fixed part.
  mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number) { bytes += $0 }
    noteLength()
  }

  /// Adds bytes to the fixed part.
  mutating func append(bytes more: some Sequence<UInt8>) {
    bytes += more
    noteLength()
  }

  /// Adds an attribute that holds a number.
  mutating func attribute(_ kind: some RawRepresentable<UInt32>, _ number: some FixedWidthInteger) {
    attribute(kind, bytes: withUnsafeBytes(of: number) { Array($0) })
  }

  /// Adds an attribute that holds a text, with the zero that ends it.
  mutating func attribute(_ kind: some RawRepresentable<UInt32>, text: String) {
    attribute(kind, bytes: Array(text.utf8) + [0])
  }

  /// Adds an attribute that holds bytes.
  mutating func attribute(_ kind: some RawRepresentable<UInt32>, bytes value: [UInt8]) {
    attribute(number: UInt16(kind.rawValue), bytes: value)
  }

  /// Adds an attribute that holds attributes.
  mutating func nested(
    _ kind: some RawRepresentable<UInt32>, _ fill: (inout NetlinkMessage) -> Void
  ) {
    attribute(number: UInt16(kind.rawValue) | UInt16(NLA_F_NESTED), bytes: content(fill))
  }

  /// What is written as a message without a header.
  func content(_ fill: (inout NetlinkMessage) -> Void) -> [UInt8] {
    var inner = self
    inner.bytes = []
    inner.hasHeader = false
    fill(&inner)
    return inner.bytes
  }

  /// Adds an attribute by its bare number.
  mutating func attribute(number: UInt16, bytes value: [UInt8]) {
    withUnsafeBytes(of: UInt16(value.count + 4)) { bytes += $0 }
    withUnsafeBytes(of: number) { bytes += $0 }
    bytes += value
    bytes += repeatElement(0, count: (4 - value.count % 4) % 4)
    noteLength()
  }

  private mutating func noteLength() {
    guard hasHeader, bytes.count >= 16 else { return }
    let length = UInt32(bytes.count)
    withUnsafeBytes(of: length) { bytes.replaceSubrange(0..<4, with: $0) }
  }
}
