/// A place in a text: line and column, both counted from 1, the column in characters.
struct Place: Hashable, Sendable {
  var line: Int
  var column: Int
  /// The file or option, where it is not the file that is being decoded.
  var source: String?

  /// Where a text begins, and where a complaint about a whole file stands.
  static let start = Place(line: 1, column: 1)

  /// The place of the byte at `offset` of `bytes`.
  static func ofByte(at offset: Int, in bytes: some Collection<UInt8>) -> Place {
    var place = Place.start
    for byte in bytes.prefix(offset) {
      if byte == UInt8(ascii: "\n") {
        place = Place(line: place.line + 1, column: 1)
      } else if byte & 0b1100_0000 != 0b1000_0000 {
        place.column += 1
      }
    }
    return place
  }
}

/// A value of a YAML document and where it begins.
struct Node: Sendable {
  var place: Place
  var content: Content

  enum Content: Sendable {
    /// A single value; `isPlain` when it stands there without quotes.
    case scalar(String, isPlain: Bool)
    case sequence([Node])
    case mapping([Entry])
  }

  /// A key of a mapping with its value.
  struct Entry: Sendable {
    var key: String
    var keyPlace: Place
    var value: Node
  }

  /// Whether this is YAML's way of saying nothing: an empty value, `~` or `null`.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }
}
