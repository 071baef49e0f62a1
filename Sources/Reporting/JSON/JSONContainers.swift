// The standard library's own answers for the two widest integers are refusals, which a generic
// answer does not outrank.

/// The members of an object.
struct JSONObject<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let element: JSONElement

  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) { element.add(key.stringValue) { $0.write(written: JSONNull()) } }

  func encode(_ value: some Encodable & JSONWritten, forKey key: Key) {
    element.add(key.stringValue) { $0.write(written: value) }
  }

  func encode(_ value: Int128, forKey key: Key) {
    element.add(key.stringValue) { $0.write(written: value) }
  }

  func encode(_ value: UInt128, forKey key: Key) {
    element.add(key.stringValue) { $0.write(written: value) }
  }

  func encode(_ value: some Encodable, forKey key: Key) throws {
    try element.add(key.stringValue) { try $0.write(value) }
  }

  func nestedContainer<Name: CodingKey>(
    keyedBy names: Name.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Name> {
    element.grow(key.stringValue).container(keyedBy: names)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    element.grow(key.stringValue).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { element.grow("super") }

  func superEncoder(forKey key: Key) -> any Encoder { element.grow(key.stringValue) }
}

/// The elements of an array.
struct JSONArray: UnkeyedEncodingContainer {
  let element: JSONElement

  var codingPath: [any CodingKey] { [] }
  var count: Int { element.parts.count }

  func encodeNil() { element.add("") { $0.write(written: JSONNull()) } }

  func encode(_ value: some Encodable & JSONWritten) {
    element.add("") { $0.write(written: value) }
  }

  func encode(_ value: Int128) { element.add("") { $0.write(written: value) } }

  func encode(_ value: UInt128) { element.add("") { $0.write(written: value) } }

  func encode(_ value: some Encodable) throws { try element.add("") { try $0.write(value) } }

  func nestedContainer<Name: CodingKey>(
    keyedBy names: Name.Type
  ) -> KeyedEncodingContainer<Name> {
    element.grow("").container(keyedBy: names)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    element.grow("").unkeyedContainer()
  }

  func superEncoder() -> any Encoder { element.grow("") }
}

/// A value in place of an array or object.
struct JSONScalar: SingleValueEncodingContainer {
  let element: JSONElement

  var codingPath: [any CodingKey] { [] }

  func encodeNil() { element.draft.write(written: JSONNull()) }

  func encode(_ value: some Encodable & JSONWritten) { element.draft.write(written: value) }

  func encode(_ value: Int128) { element.draft.write(written: value) }

  func encode(_ value: UInt128) { element.draft.write(written: value) }

  func encode(_ value: some Encodable) throws { try element.draft.write(value) }
}
