/// The parts of JSON as text in UTF-8.
extension [UInt8] {
  /// Begins an object, to which members are added in the order of their keys.
  mutating func beginObject() { append(UInt8(ascii: "{")) }

  /// Adds a member to the object that was begun last.
  mutating func append(_ key: String, _ value: some JSONWritten) {
    if last != UInt8(ascii: "{") { append(UInt8(ascii: ",")) }
    append(quoted: key.utf8)
    append(UInt8(ascii: ":"))
    value.write(to: &self)
  }

  /// Ends the object that was begun last.
  mutating func endObject() { append(UInt8(ascii: "}")) }

  /// Adds a string with what RFC 8259 says has to be escaped.
  mutating func append(quoted string: some Collection<UInt8>) {
    append(UInt8(ascii: "\""))
    if string.contains(where: \.needsEscape) {
      for byte in string {
        if byte.needsEscape { self += byte.escape.utf8 } else { append(byte) }
      }
    } else {
      self += string
    }
    append(UInt8(ascii: "\""))
  }
}

extension UInt8 {
  fileprivate var needsEscape: Bool {
    self < 0x20 || self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\")
  }

  fileprivate var escape: String {
    switch Unicode.Scalar(self) {
    case "\"": #"\""#
    case "\\": #"\\"#
    case "\n": #"\n"#
    case "\r": #"\r"#
    case "\t": #"\t"#
    case "\u{8}": #"\b"#
    case "\u{C}": #"\f"#
    default: (self < 0x10 ? #"\u000"# : #"\u00"#) + String(self, radix: 16)
    }
  }
}
