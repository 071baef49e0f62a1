/// How words become the value of a property.
struct Reading<Value> {
  /// Reads a word, given what earlier words made.
  let read: (_ word: String, _ earlier: Value?) throws -> Value
  /// The default as the help shows it.
  var describe: (Value) -> String? = { _ in nil }
  var isRepeating = false
  var acceptedValues: [String] = []
}

extension Reading {
  /// One word for one value.
  static func single() -> Reading where Value: ExpressibleByArgument {
    Reading(
      read: { word, _ in try readWord(word) },
      describe: { $0.defaultValueDescription },
      acceptedValues: Value.allValueStrings)
  }

  /// One word or none.
  static func optional<Wrapped: ExpressibleByArgument>() -> Reading where Value == Wrapped? {
    Reading(
      read: { word, _ in try readWord(word) as Wrapped },
      acceptedValues: Wrapped.allValueStrings)
  }

  /// Any number of words.
  static func array<Element: ExpressibleByArgument>() -> Reading where Value == [Element] {
    Reading(
      read: { word, earlier in try (earlier ?? []) + [readWord(word)] },
      describe: { values in
        values.isEmpty ? nil : values.map(\.defaultValueDescription).joined(separator: ", ")
      },
      isRepeating: true,
      acceptedValues: Element.allValueStrings)
  }
}

/// The reason why a word stands for no value, to be completed by the name of its option.
struct UnreadableWord: Error {
  var reason: String
}

/// The value that a word stands for; throws `UnreadableWord`.
func readWord<Value: ExpressibleByArgument>(_ word: String) throws -> Value {
  if let value = Value(argument: word) { return value }
  let accepted = Value.allValueStrings
  if !accepted.isEmpty {
    throw UnreadableWord(
      reason: "\(suggestion(for: word, among: accepted))accepted are \(listed(accepted))")
  }
  let expectation = Value.expectation
  throw UnreadableWord(reason: expectation.isEmpty ? "" : "\(expectation) is expected")
}
