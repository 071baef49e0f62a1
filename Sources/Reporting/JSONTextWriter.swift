/// The bytes of a JSON text, as they are written one after the other.
struct JSONTextWriter {
  /// Whether it is indented for people, by two spaces a level.
  let isPretty: Bool
  /// What has been written.
  private(set) var bytes: [UInt8] = []
  private var depth = 0

  /// Makes a writer that has written nothing yet.
  init(isPretty: Bool) { self.isPretty = isPretty }

  /// Writes text as it is.
  mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Writes a string in quotation marks, with what may not stand in one escaped.
  mutating func write(quoting text: String) {
    write("\"")
    let isPlain = text.utf8.allSatisfy { byte in
      byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
    if isPlain { write(text) } else { escape(text) }
    write("\"")
  }

  private mutating func escape(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): write("\\\"")
      case UInt8(ascii: "\\"): write("\\\\")
      case 0x08: write("\\b")
      case 0x0c: write("\\f")
      case UInt8(ascii: "\n"): write("\\n")
      case UInt8(ascii: "\r"): write("\\r")
      case UInt8(ascii: "\t"): write("\\t")
      case 0..<0x20: write((byte < 16 ? "\\u000" : "\\u00") + String(byte, radix: 16))
      default: bytes.append(byte)
      }
    }
  }

  /// Writes a list in brackets, each item by a closure.
  mutating func write<Item>(
    _ items: [Item], between brackets: (String, String), _ writeItem: (inout Self, Item) -> Void
  ) {
    write(brackets.0)
    // An empty list has an empty line inside, as `JSONEncoder` has it.
    if isPretty { write("\n") }
    depth += 1
    for (place, item) in items.enumerated() {
      if place > 0 { write(isPretty ? ",\n" : ",") }
      indent()
      writeItem(&self, item)
    }
    depth -= 1
    if isPretty { write("\n") }
    indent()
    write(brackets.1)
  }

  private mutating func indent() {
    if isPretty { for _ in 0..<depth { write("  ") } }
  }
}
