/// A value as JSON on one line, the keys of objects in the order of their bytes: the same text for
/// the same value.
///
/// Foundation's encoder makes a dictionary of each object before it writes one, which took a report
/// on 10,000 backends half a second. Here each value is written when it comes, and the members of
/// an object are put in order when it ends. `Tests/ReportingTests/JSONLineTests.swift` holds the
/// texts of both against each other.
struct JSONLine {
  /// The text as UTF-8.
  let bytes: [UInt8]

  /// Writes a value whose numbers are finite, which is all that JSON asks of them.
  init(_ value: some Encodable) throws {
    let draft = JSONDraft()
    try draft.write(value)
    bytes = draft.bytes
  }

  /// The same value with a line for each part, two spaces further in than what is around it.
  ///
  /// - Complexity: O(bytes).
  var readable: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    var depth = 0
    func startLine() {
      text.append(UInt8(ascii: "\n"))
      for _ in 0..<depth { text += "  ".utf8 }
    }
    var isInString = false
    var isEscaped = false
    for (place, byte) in bytes.enumerated() {
      if isInString {
        text.append(byte)
        isInString = isEscaped || byte != UInt8(ascii: "\"")
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      switch Unicode.Scalar(byte) {
      case "{", "[":
        text.append(byte)
        depth += 1
        // What is empty has an empty line, as Foundation leaves one.
        if bytes[place + 1] == byte + 2 { text.append(UInt8(ascii: "\n")) } else { startLine() }
      case "}", "]":
        depth -= 1
        startLine()
        text.append(byte)
      case ",":
        text.append(byte)
        startLine()
      case ":":
        text += " : ".utf8
      default:
        text.append(byte)
        isInString = byte == UInt8(ascii: "\"")
      }
    }
    return text
  }
}
