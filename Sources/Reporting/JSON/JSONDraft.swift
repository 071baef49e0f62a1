/// What is written so far of a value: whole parts, one behind the other, each behind its key.
final class JSONDraft {
  /// The parts as UTF-8.
  private(set) var bytes: [UInt8] = []
  /// What an array or object becomes when it ends.
  private var whole: [UInt8] = []

  /// Adds a value by way of its parts.
  func write(_ value: some Encodable) throws {
    let element = JSONElement(in: self)
    try value.encode(to: element)
    end(element)
  }

  /// Adds a value that writes itself.
  func write(written value: some JSONWritten) { value.write(to: &bytes) }

  /// Adds the key of a value as it is: it is quoted when its place in the object is known.
  func write(key: String) { bytes += key.utf8 }

  /// Puts the parts of an element together where they stand.
  private func end(_ element: JSONElement) {
    if element.shape == nil {
      if bytes.count == element.start { bytes += "{}".utf8 }
      return
    }
    whole.removeAll(keepingCapacity: true)
    compose(element)
    bytes.removeLast(bytes.count - element.start)
    bytes += whole
  }

  private func compose(_ element: JSONElement) {
    let isObject = element.shape != .array
    let parts = isObject ? element.parts.sorted(by: precedes) : element.parts
    whole.append(UInt8(ascii: isObject ? "{" : "["))
    for (index, part) in parts.enumerated() {
      if index > 0 { whole.append(UInt8(ascii: ",")) }
      if isObject {
        whole.append(quoted: bytes[part.key])
        whole.append(UInt8(ascii: ":"))
      }
      switch part.content {
      case .whole(let place): whole += bytes[place]
      case .growing(let element): compose(element)
      }
    }
    whole.append(UInt8(ascii: isObject ? "}" : "]"))
  }

  private func precedes(_ one: JSONElement.Part, _ other: JSONElement.Part) -> Bool {
    bytes[one.key].lexicographicallyPrecedes(bytes[other.key])
  }
}

/// A value that is being written by way of its parts.
final class JSONElement: Encoder {
  /// What brackets there are around the parts.
  enum Shape { case array, object }

  /// A value in an array or an object.
  struct Part {
    enum Content {
      /// Where its text stands in the draft.
      case whole(Range<Int>)
      /// It may get more parts until what is around it ends.
      case growing(JSONElement)
    }
    /// Where its key stands in the draft; empty in an array.
    var key: Range<Int>
    var content: Content
  }

  let draft: JSONDraft
  /// Where its text begins in the draft.
  let start: Int
  /// Nil as long as nobody has asked for a container of parts.
  private(set) var shape: Shape?
  private(set) var parts: [Part] = []

  init(in draft: JSONDraft) {
    self.draft = draft
    start = draft.bytes.count
  }

  /// Adds a part that is written at once.
  @inline(__always)
  func add(_ key: String, _ write: (JSONDraft) throws -> Void) rethrows {
    let start = draft.bytes.count
    draft.write(key: key)
    let end = draft.bytes.count
    try write(draft)
    parts.append(Part(key: start..<end, content: .whole(end..<draft.bytes.count)))
  }

  /// Adds a part that may grow.
  func grow(_ key: String) -> JSONElement {
    let start = draft.bytes.count
    draft.write(key: key)
    let element = JSONElement(in: draft)
    parts.append(Part(key: start..<element.start, content: .growing(element)))
    return element
  }

  // MARK: Encoder

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy: Key.Type) -> KeyedEncodingContainer<Key> {
    shape = .object
    return KeyedEncodingContainer(JSONObject(element: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    shape = .array
    return JSONArray(element: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { JSONScalar(element: self) }
}
