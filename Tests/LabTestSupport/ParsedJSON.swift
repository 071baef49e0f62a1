import FoundationEssentials

/// Any JSON value, to look at the output of a command by path.
public enum ParsedJSON: Decodable, Hashable, Sendable {
  /// An explicit null.
  case null
  /// True or false.
  case bool(Bool)
  /// A number.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([ParsedJSON])
  /// Values by key.
  case object([String: ParsedJSON])

  /// Parses a text; throws when it is no JSON.
  public init(parsing text: String) throws {
    self = try JSONDecoder().decode(ParsedJSON.self, from: Data(text.utf8))
  }

  /// Reads whichever of the six it is.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([ParsedJSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: ParsedJSON].self))
    }
  }

  /// The value under a key of an object; nil for what has no such key.
  public subscript(key: String) -> ParsedJSON? {
    guard case .object(let values) = self else { return nil }
    return values[key]
  }

  /// The keys of an object, sorted; empty for anything else.
  public var keys: [String] {
    guard case .object(let values) = self else { return [] }
    return values.keys.sorted()
  }

  /// The number, if it is one.
  public var number: Double? { if case .number(let value) = self { value } else { nil } }

  /// The text, if it is one.
  public var string: String? { if case .string(let value) = self { value } else { nil } }
}
