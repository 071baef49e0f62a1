/// The keys of one mapping of the format.
///
/// They are data: the decoder checks a mapping against them, messages list them, the schema is
/// written from them, and adding a key to the format begins with a line here.
struct Keys: Sendable {
  /// Whose keys these are, as a message says it: "a backend".
  let owner: String
  /// The keys that are understood, in the order in which messages list them.
  let supported: [String]
  /// What may stand at each of them.
  let shapes: [String: Shape]
  /// The keys that must be there.
  let required: [String]
  /// Whether keys that begin with `x-` may hold anything, as in Compose.
  let allowsExtensions: Bool

  init(
    of owner: String, _ supported: KeyValuePairs<String, Shape>, required: [String] = [],
    allowsExtensions: Bool = false
  ) {
    self.init(
      of: owner, supported.map { ($0.key, $0.value) }, required: required,
      allowsExtensions: allowsExtensions)
  }

  /// The keys of a mapping that are only known by then; of two that are equal the first holds.
  init(
    of owner: String, _ supported: [(String, Shape)], required: [String] = [],
    allowsExtensions: Bool = false
  ) {
    var shapes: [String: Shape] = [:]
    self.supported = supported.map(\.0).filter { key in
      shapes.updateValue(.anything, forKey: key) == nil
    }
    self.owner = owner
    self.shapes = Dictionary(supported) { first, _ in first }
    self.required = required
    self.allowsExtensions = allowsExtensions
  }
}

/// A value together with the name by which messages speak of it.
struct Field {
  let name: String
  let node: Node
  /// Where the name stands; for an element of a list, where the element begins.
  let keyPlace: Place

  init(name: String, node: Node, keyPlace: Place? = nil) {
    self.name = name
    self.node = node
    self.keyPlace = keyPlace ?? node.place
  }

  init(_ entry: Node.Entry) {
    self.init(name: entry.key, node: entry.value, keyPlace: entry.keyPlace)
  }

  /// Where the value stands.
  var place: Place { node.place }
}

/// The values of a mapping whose keys have been checked.
struct Fields {
  let owner: Field
  let keys: Keys
  private let values: [String: Field]
  /// The keys that unknown keys were probably meant to be.
  let misspelt: Set<String>

  fileprivate init(owner: Field, keys: Keys, values: [String: Field], misspelt: Set<String>) {
    self.owner = owner
    self.keys = keys
    self.values = values
    self.misspelt = misspelt
  }

  /// The value of a key that is known; nil when it is not given.
  subscript(key: String) -> Field? {
    precondition(keys.supported.contains(key), "\(key) is listed among the keys")
    return values[key]
  }

  /// The keys that are given, in the order of the format.
  var given: [Field] { keys.supported.compactMap { values[$0] } }

  /// Whether a complaint that none of `wanted` is given would only repeat another complaint.
  func explainsAbsence(of wanted: [String]) -> Bool {
    wanted.contains(where: misspelt.contains)
  }
}

extension Decoding {
  /// The values of a mapping, its keys checked; nil, after a complaint, when it is none.
  func fields(of field: Field, _ keys: Keys) -> Fields? {
    guard case .mapping(let entries) = field.node.content else {
      let shown = listed(keys.supported.map { "`\($0)`" }, "or")
      refuse(field, "must be a mapping with keys such as \(shown)")
      return nil
    }
    var values: [String: Field] = [:]
    var misspelt: Set<String> = []
    for entry in entries {
      if keys.supported.contains(entry.key) {
        values[entry.key] = Field(entry)
      } else if !(keys.allowsExtensions && entry.key.hasPrefix("x-")) {
        let meant = suggestion(for: entry.key, among: keys.supported)
        if let meant { misspelt.insert(meant) }
        let known = "\(keys.owner) takes \(listed(keys.supported))"
        complain(
          "unknown key \(quoted(entry.key)); "
            + (meant.map { "did you mean `\($0)`?" } ?? known),
          at: entry.keyPlace)
      }
    }
    return Fields(owner: field, keys: keys, values: values, misspelt: misspelt)
  }

  /// What a field says, or `standard` where it is not given; nil after a complaint.
  func optional<Value>(
    _ field: Field?, else standard: Value, _ decode: (Field) -> Value?
  ) -> Value? {
    guard let field else { return standard }
    return decode(field)
  }

  /// The value of a key that must be given; nil, after a complaint, when it is not.
  func required(_ key: String, of fields: Fields, example: String) -> Field? {
    if let field = fields[key] { return field }
    if !fields.explainsAbsence(of: [key]) {
      complain(
        "\(fields.keys.owner) needs `\(key)`, such as `\(key): \(example)`",
        at: fields.owner.keyPlace)
    }
    return nil
  }

  /// The members of a mapping from names of the person's choice; nil after a complaint.
  func members(of field: Field, each member: String, limit: Int) -> [Field]? {
    guard case .mapping(let entries) = field.node.content else {
      refuse(field, "must map a name to each \(member)")
      return nil
    }
    guard !entries.isEmpty else {
      complain("`\(field.name)` is empty; at least one \(member) is needed", at: field.place)
      return nil
    }
    guard entries.count <= limit else {
      complain(
        "`\(field.name)` has \(entries.count) entries; at most \(limit) are possible",
        at: field.place)
      return nil
    }
    return entries.map(Field.init)
  }

  /// The elements of a list, each to be called by `name` in messages; nil after a complaint.
  func elements(of field: Field, each name: String, limit: Int) -> [Field]? {
    guard case .sequence(let nodes) = field.node.content else {
      refuse(field, "must be a list")
      return nil
    }
    guard nodes.count <= limit else {
      complain(
        "`\(field.name)` has \(nodes.count) elements; at most \(limit) are possible",
        at: field.place)
      return nil
    }
    return nodes.map { Field(name: name, node: $0) }
  }
}
