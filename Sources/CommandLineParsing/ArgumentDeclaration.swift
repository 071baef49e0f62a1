/// One argument, option or flag of a command, free of the type of its value.
struct ArgumentDeclaration {
  /// How it is given.
  enum Kind {
    /// By its place among the words that belong to no option.
    case positional
    /// By one of these names, followed by a value.
    case option(names: [String])
    /// By one of these names alone.
    case flag(names: [String])
  }

  var kind: Kind
  var help: ArgumentHelp
  /// What stands for the value in the help, without brackets.
  var valueName: String
  /// Whether it takes more than one value.
  var isRepeating = false
  /// Whether leaving it out is an error.
  var isRequired = false
  /// The default as the help shows it; nil for none worth showing.
  var defaultDescription: String?
  /// All words that stand for a value; empty where they cannot be listed.
  var acceptedValues: [String] = []
  /// Takes one word into the property; a flag gets an empty one.
  var store: (String) throws -> Void

  /// The names with their dashes; empty for a positional argument.
  var names: [String] {
    switch kind {
    case .positional: []
    case .option(let names), .flag(let names): names
    }
  }

  var isPositional: Bool { if case .positional = kind { true } else { false } }

  var isFlag: Bool { if case .flag = kind { true } else { false } }

  /// How an error names it: `<file>`, `--seed <n>` or `--no-progress`.
  var title: String {
    switch kind {
    case .positional: "<\(valueName)>"
    case .option(let names): "\(names.last ?? "") <\(valueName)>"
    case .flag(let names): names.last ?? ""
    }
  }
}

/// A property wrapper that a mirror of the command finds.
protocol DeclaredProperty {
  /// What the property declares; several only for a group of options.
  func declarations(forProperty key: String) -> [ArgumentDeclaration]

  /// Checks the values of a group of options.
  func validateGroup() throws
}

extension DeclaredProperty {
  func validateGroup() throws {}
}

extension ParsableArguments {
  /// The wrapped properties by name, in the order of the source.
  var declaredProperties: [(key: String, property: any DeclaredProperty)] {
    Mirror(reflecting: self).children.compactMap { child in
      guard let property = child.value as? any DeclaredProperty, let label = child.label else {
        return nil
      }
      return (label.hasPrefix("_") ? String(label.dropFirst()) : label, property)
    }
  }

  /// All that the properties declare, in the order of the source.
  var declarations: [ArgumentDeclaration] {
    declaredProperties.flatMap { $0.property.declarations(forProperty: $0.key) }
  }
}

/// Where a property's value is kept, shared by the wrapper and its mirror while words are read.
final class Slot<Value> {
  /// The default; nil makes the property required.
  let initial: Value?
  /// What the command line gave.
  var given: Value?

  init(initial: Value?) { self.initial = initial }

  var value: Value {
    guard let value = given ?? initial else {
      preconditionFailure("a command's property is read only after the command line was parsed")
    }
    return value
  }
}

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
