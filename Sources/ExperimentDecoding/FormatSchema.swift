import ExperimentModel

/// The JSON Schema of the file format, with which an editor completes and checks a file.
///
/// It is written from the very keys that the decoder checks (`Keys`), in the dialect of draft
/// 2020-12 (https://json-schema.org/draft/2020-12). What no schema can say, such as that a link
/// leads to a name that exists, the decoder says: a file that the decoder accepts suits the schema.
public struct FormatSchema: Encodable, Sendable {
  private let strategies: [StrategyCard]

  /// The schema of a format with these strategies.
  public init(strategies: [StrategyCard]) {
    self.strategies = strategies
  }

  /// Writes the schema.
  public func encode(to encoder: any Encoder) throws {
    var schema = encoder.container(keyedBy: SchemaWord.self)
    try schema.encode("https://json-schema.org/draft/2020-12/schema", forKey: .schema)
    try schema.encode("A topology or an experiment of the network lab", forKey: .title)
    try schema.encode(HasTopology(), forKey: .if)
    try schema.encode(Shape.mapping(.experiment), forKey: .then)
    try schema.encode(Shape.mapping(.topology), forKey: .else)
    var definitions = Shape.quantities
    definitions["distribution"] = .either([.duration, .mapping(.distribution)])
    definitions["strategy"] = strategy
    try schema.encode(definitions, forKey: .definitions)
  }

  /// Every name by which a strategy can be called, and each mapping from one to its options.
  private var strategy: Shape {
    let named = strategies.map { card in
      let words = ([card.name] + card.aliases).flatMap { name in
        // Beside its own program a name needs no qualification.
        [name] + name.split(separator: ".", maxSplits: 1).dropFirst().map(String.init)
      }
      return (card, words)
    }
    let names = Set(named.flatMap(\.1)).sorted()
    let withOptions = named.filter { !$0.0.options.isEmpty }
    let owners = Set(withOptions.flatMap(\.1)).sorted().map { name in
      let cards = withOptions.filter { $0.1.contains(name) }.map(\.0)
      let shapes = cards.map { Shape.mapping(Keys(of: $0)) }
      return (name, shapes.count == 1 ? shapes[0] : .either(shapes))
    }
    return .either([.words(names), .mapping(Keys(of: "a strategy", owners))])
  }

  /// What tells an experiment, whose topology is in another file, from a topology.
  private struct HasTopology: Encodable {
    let required = ["topology"]
  }
}

extension Keys {
  /// The options of a strategy.
  init(of card: StrategyCard) {
    self.init(of: "`\(card.name)`", card.options.map { ($0.name, $0.shape) })
  }
}

extension StrategyOption {
  fileprivate var shape: Shape {
    switch kind {
    case .number(_, let range, let isWhole): .number(range, isWhole: isWhole)
    case .word(_, let words): .words(words)
    }
  }
}

// MARK: - How shapes are written

private enum SchemaWord: String, CodingKey {
  case schema = "$schema"
  case definitions = "$defs"
  case reference = "$ref"
  case title
  case type
  case `enum`
  case pattern
  case minimum
  case maximum
  case maxLength
  case properties
  case patternProperties
  case additionalProperties
  case required
  case maxProperties
  case items
  case maxItems
  case anyOf
  case `if`
  case then
  case `else`
}

extension Shape: Encodable {
  func encode(to encoder: any Encoder) throws {
    var schema = encoder.container(keyedBy: SchemaWord.self)
    switch self {
    case .anything:
      break
    case .text(let limit):
      try schema.encode(["string", "number", "boolean"], forKey: .type)
      try schema.encode(limit, forKey: .maxLength)
    case .flag:
      try schema.encode("boolean", forKey: .type)
    case .number(let range, let isWhole):
      try schema.encode(isWhole ? "integer" : "number", forKey: .type)
      try schema.encode(range.lowerBound, forKey: .minimum)
      try schema.encode(range.upperBound, forKey: .maximum)
    case .words(let words):
      try schema.encode(words, forKey: .enum)
    case .pattern(let pattern):
      try schema.encode("string", forKey: .type)
      try schema.encode(pattern, forKey: .pattern)
    case .duration, .rate, .bandwidth, .size, .ratio, .distribution, .strategy:
      // The definition bears the name of the case.
      try schema.encode("#/$defs/\(self)", forKey: .reference)
    case .mapping(let keys):
      try encode(keys, into: &schema)
    case .members(let member, let most):
      try schema.encode("object", forKey: .type)
      try schema.encode(member, forKey: .additionalProperties)
      try schema.encode(most, forKey: .maxProperties)
    case .list(let element, let most):
      try schema.encode("array", forKey: .type)
      try schema.encode(element, forKey: .items)
      try schema.encode(most, forKey: .maxItems)
    case .either(let shapes):
      try schema.encode(shapes, forKey: .anyOf)
    }
  }

  private func encode(
    _ keys: Keys, into schema: inout KeyedEncodingContainer<SchemaWord>
  ) throws {
    try schema.encode("object", forKey: .type)
    try schema.encode(keys.owner, forKey: .title)
    try schema.encode(keys.shapes, forKey: .properties)
    try schema.encode(false, forKey: .additionalProperties)
    if keys.allowsExtensions {
      try schema.encode(["^x-": Shape.anything], forKey: .patternProperties)
    }
    if !keys.required.isEmpty { try schema.encode(keys.required, forKey: .required) }
  }

  /// What each kind of quantity looks like, with its unit and, where it needs none, without.
  fileprivate static var quantities: [String: Shape] {
    let number = #"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"#
    let zero = Shape.whole(0...0)
    return [
      "duration": .either([.pattern("^(\(number) ?(ns|us|µs|μs|ms|s|m|h))+$"), zero]),
      "rate": .either([.pattern("^\(number) ?/(ms|s|m|h)$"), zero]),
      "bandwidth": .pattern("^\(number) ?[kKmMgGtT]?[bB][iI][tT](/[sS])?$"),
      "size": .either([
        .pattern("^\(number)( ?[kKmMgGtTpP][iI]?[bB]?| ?[bB])?$"), .whole(Limits.memoryBytes),
      ]),
      "ratio": .either([.pattern("^\(number) ?%$"), .number(0...1)]),
    ]
  }
}
