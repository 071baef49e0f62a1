/// An encodable value as JSON text with sorted keys: byte for byte what `JSONEncoder` writes,
/// without its dictionaries, since a report of ten thousand backends should not take longer than
/// their simulation.
///
/// Numbers must be finite.
package enum JSONText {
  /// The text, on one line, or indented for people.
  package static func encode(_ value: some Encodable, isPretty: Bool) throws -> [UInt8] {
    let root = JSONNode()
    try value.encode(to: JSONNodeEncoder(node: root))
    var writer = JSONTextWriter(isPretty: isPretty)
    root.write(to: &writer)
    return writer.bytes
  }
}

/// A value on its way from the encodable to its text.
private final class JSONNode {
  var content = Content.none

  enum Content {
    case none
    /// A number, `true`, `false` or `null`.
    case literal(String)
    case string(String)
    case array([JSONNode])
    case object([(key: String, value: JSONNode)])
  }

  /// A finite number as `JSONEncoder` writes it, a whole one without a fraction.
  static func number(_ value: Double) -> Content {
    let text = value.description
    return .literal(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  static func number(_ value: Float) -> Content {
    let text = value.description
    return .literal(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  init(_ content: Content = .none) { self.content = content }

  init(encoding value: some Encodable) throws {
    try value.encode(to: JSONNodeEncoder(node: self))
  }

  /// Writes the value and all in it, members in the order of their keys.
  func write(to writer: inout JSONTextWriter) {
    switch content {
    case .none: writer.write("{}")
    case .literal(let text): writer.write(text)
    case .string(let text): writer.write(quoting: text)
    case .array(let elements):
      writer.write(elements, between: ("[", "]")) { $1.write(to: &$0) }
    case .object(let members):
      writer.write(members.sorted { $0.key < $1.key }, between: ("{", "}")) {
        $0.write(quoting: $1.key)
        $0.write($0.isPretty ? " : " : ":")
        $1.value.write(to: &$0)
      }
    }
  }

  /// Adds a member of an object.
  func add(_ value: JSONNode, forKey key: String) {
    var members: [(key: String, value: JSONNode)] = []
    if case .object(let known) = content { members = known }
    // Its own reference to the members goes first, so that they are not copied.
    content = .none
    members.append((key, value))
    content = .object(members)
  }

  /// Adds an element of an array.
  func add(_ value: JSONNode) {
    var elements: [JSONNode] = []
    if case .array(let known) = content { elements = known }
    content = .none
    elements.append(value)
    content = .array(elements)
  }
}

/// What a value writes itself to.
private struct JSONNodeEncoder: Encoder {
  let node: JSONNode
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .none = node.content { node.content = .object([]) }
    return KeyedEncodingContainer(JSONObjectContainer<Key>(node: node))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .none = node.content { node.content = .array([]) }
    return JSONArrayContainer(node: node)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { JSONValueContainer(node: node) }
}

private struct JSONObjectContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: JSONNode
  var codingPath: [any CodingKey] { [] }

  private func add(_ content: JSONNode.Content, _ key: Key) {
    node.add(JSONNode(content), forKey: key.stringValue)
  }

  func encodeNil(forKey key: Key) { add(.literal("null"), key) }
  func encode(_ value: Bool, forKey key: Key) { add(.literal(value ? "true" : "false"), key) }
  func encode(_ value: String, forKey key: Key) { add(.string(value), key) }
  func encode(_ value: Double, forKey key: Key) { add(JSONNode.number(value), key) }
  func encode(_ value: Float, forKey key: Key) { add(JSONNode.number(value), key) }
  func encode(_ value: Int, forKey key: Key) { add(.literal(String(value)), key) }
  func encode(_ value: Int8, forKey key: Key) { add(.literal(String(value)), key) }
  func encode(_ value: Int16, forKey key: Key) { add(.literal(String(value)), key) }
  func encode(_ value: Int32, forKey key: Key) { add(.literal(String(value)), key) }
  func encode(_ value: Int64, forKey key: Key) { add(.literal(String(value)), key) }
  func encode(_ value: UInt, forKey key: Key) { add(.literal(String(value)), key) }
  func encode(_ value: UInt8, forKey key: Key) { add(.literal(String(value)), key) }
  func encode(_ value: UInt16, forKey key: Key) { add(.literal(String(value)), key) }
  func encode(_ value: UInt32, forKey key: Key) { add(.literal(String(value)), key) }
  func encode(_ value: UInt64, forKey key: Key) { add(.literal(String(value)), key) }
  func encode(_ value: some Encodable, forKey key: Key) throws {
    node.add(try JSONNode(encoding: value), forKey: key.stringValue)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    superEncoder(forKey: key).container(keyedBy: keyedBy)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    superEncoder(forKey: key).unkeyedContainer()
  }

  func superEncoder(forKey key: Key) -> any Encoder {
    let child = JSONNode()
    node.add(child, forKey: key.stringValue)
    return JSONNodeEncoder(node: child)
  }

  func superEncoder() -> any Encoder {
    let child = JSONNode()
    node.add(child, forKey: "super")
    return JSONNodeEncoder(node: child)
  }
}

/// Where values without keys are put: an array, or the place of a single value.
private protocol JSONPlace {
  func put(_ content: JSONNode.Content)
}

extension JSONPlace {
  func encodeNil() { put(.literal("null")) }
  func encode(_ value: Bool) { put(.literal(value ? "true" : "false")) }
  func encode(_ value: String) { put(.string(value)) }
  func encode(_ value: Double) { put(JSONNode.number(value)) }
  func encode(_ value: Float) { put(JSONNode.number(value)) }
  func encode(_ value: Int) { put(.literal(String(value))) }
  func encode(_ value: Int8) { put(.literal(String(value))) }
  func encode(_ value: Int16) { put(.literal(String(value))) }
  func encode(_ value: Int32) { put(.literal(String(value))) }
  func encode(_ value: Int64) { put(.literal(String(value))) }
  func encode(_ value: UInt) { put(.literal(String(value))) }
  func encode(_ value: UInt8) { put(.literal(String(value))) }
  func encode(_ value: UInt16) { put(.literal(String(value))) }
  func encode(_ value: UInt32) { put(.literal(String(value))) }
  func encode(_ value: UInt64) { put(.literal(String(value))) }
}

private struct JSONArrayContainer: UnkeyedEncodingContainer, JSONPlace {
  let node: JSONNode
  var codingPath: [any CodingKey] { [] }
  var count: Int { if case .array(let elements) = node.content { elements.count } else { 0 } }

  func put(_ content: JSONNode.Content) { node.add(JSONNode(content)) }
  func encode(_ value: some Encodable) throws { node.add(try JSONNode(encoding: value)) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    superEncoder().container(keyedBy: keyedBy)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    superEncoder().unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    let child = JSONNode()
    node.add(child)
    return JSONNodeEncoder(node: child)
  }
}

private struct JSONValueContainer: SingleValueEncodingContainer, JSONPlace {
  let node: JSONNode
  var codingPath: [any CodingKey] { [] }

  func put(_ content: JSONNode.Content) { node.content = content }
  func encode(_ value: some Encodable) throws { try value.encode(to: JSONNodeEncoder(node: node)) }
}
