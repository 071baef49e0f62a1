import FoundationEssentials

/// Any JSON value, so that what nobody here has a type for can be looked into and handed on.
///
/// It loses nothing: a value that was made of a report's JSON is written as the report writes it.
public enum JSONValue: Codable, Hashable, Sendable {
  /// A null.
  case null
  /// True or false.
  case bool(Bool)
  /// A number without a fraction; wide enough for any seed.
  case whole(Int128)
  /// Any other number.
  case number(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// Values by key.
  case object([String: JSONValue])

  /// Reads whichever of the seven it is.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int128.self) {
      self = .whole(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// Writes whichever of the seven it is.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .whole(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// The JSON of a value that has only finite numbers.
  public init(of value: some Encodable) {
    do {
      self = try JSONValue(parsing: lineOfJSON(value))
    } catch {
      preconditionFailure("what was written as JSON can be read as JSON: \(error)")
    }
  }

  /// The value that these bytes spell; throws when they are no JSON.
  public init(parsing bytes: some Collection<UInt8>) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
  }

  /// The value that a text spells; throws when it is no JSON.
  public init(parsing text: String) throws { try self.init(parsing: text.utf8) }

  /// A string, or null.
  public init(_ string: String?) { self = string.map(JSONValue.string) ?? .null }

  /// The value on one line, the keys of objects in alphabetical order.
  public var line: String { lineOfJSON(self) }
}

extension JSONValue {
  /// The value under a key of an object; nil for what has no such key.
  ///
  /// Setting nil removes the key; setting anything in what is no object does nothing.
  public subscript(key: String) -> JSONValue? {
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

  /// The values of an array; nil for anything else.
  public var elements: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

  /// The keys of an object, sorted; empty for anything else.
  public var keys: [String] {
    guard case .object(let values) = self else { return [] }
    return values.keys.sorted()
  }

  /// The number, with or without a fraction, if it is one.
  public var number: Double? {
    switch self {
    case .whole(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The string, if it is one.
  public var string: String? { if case .string(let value) = self { value } else { nil } }
}
