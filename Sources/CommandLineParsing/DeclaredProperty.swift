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
