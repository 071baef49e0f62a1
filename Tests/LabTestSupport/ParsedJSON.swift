import FoundationEssentials

/// Any JSON value, to look at the output of a command by path.
public enum ParsedJSON: Codable, Hashable, Sendable {
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

  /// Writes whichever of the six it is.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// The value under a key of an object; nil for what has no such key.
  ///
  /// Setting nil removes the key; setting anything in what is no object does nothing.
  public subscript(key: String) -> ParsedJSON? {
    get {
      guard case .object(let values) = self else { return nil }
      return values[key]
    }
    set {
      guard case .object(var values) = self else { return }
      values[key] = newValue
      self = .object(values)
    }
  }

  /// The values of a list; nil for anything else.
  public var elements: [ParsedJSON]? { if case .array(let values) = self { values } else { nil } }

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
