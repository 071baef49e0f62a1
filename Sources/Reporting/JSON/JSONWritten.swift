/// A value that writes its own JSON: one without parts, or one of which a report has so many that
/// the containers of an encoder would take longer than all else.
protocol JSONWritten {
  /// Adds the value to a text in UTF-8, on one line and with sorted keys.
  func write(to text: inout [UInt8])
}

extension JSONWritten {
  /// Writes the value through an encoder, to any but our own as its parts.
  func write(through encoder: any Encoder) throws {
    if let element = encoder as? JSONElement {
      element.draft.write(written: self)
    } else {
      var text: [UInt8] = []
      write(to: &text)
      try JSONValue(parsing: text).encode(to: encoder)
    }
  }
}

/// The word for nothing.
struct JSONNull: JSONWritten {
  func write(to text: inout [UInt8]) { text += "null".utf8 }
}

extension Bool: JSONWritten {
  func write(to text: inout [UInt8]) { text += (self ? "true" : "false").utf8 }
}

extension String: JSONWritten {
  func write(to text: inout [UInt8]) { text.append(quoted: utf8) }
}

extension JSONWritten where Self: FixedWidthInteger {
  func write(to text: inout [UInt8]) { text += String(self).utf8 }
}

extension Int: JSONWritten {}
extension Int8: JSONWritten {}
extension Int16: JSONWritten {}
extension Int32: JSONWritten {}
extension Int64: JSONWritten {}
extension Int128: JSONWritten {}
extension UInt: JSONWritten {}
extension UInt8: JSONWritten {}
extension UInt16: JSONWritten {}
extension UInt32: JSONWritten {}
extension UInt64: JSONWritten {}
extension UInt128: JSONWritten {}

extension JSONWritten where Self: BinaryFloatingPoint & CustomStringConvertible {
  func write(to text: inout [UInt8]) {
    precondition(isFinite, "JSON has no word for a number that is not finite")
    let digits = description.utf8
    text += description.hasSuffix(".0") ? digits.dropLast(2) : digits[...]
  }
}

extension Double: JSONWritten {}
extension Float: JSONWritten {}
