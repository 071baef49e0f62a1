/// Options that several commands share.
@propertyWrapper
public struct OptionGroup<Value: ParsableArguments>: DeclaredProperty {
  /// The options with their values.
  public var wrappedValue: Value

  /// Makes a group in which every option has its default.
  public init() { wrappedValue = Value() }

  func declarations(forProperty key: String) -> [ArgumentDeclaration] { wrappedValue.declarations }

  func validateGroup() throws {
    // Checking reads the values only; what a check would change in its copy is not kept.
    var group = wrappedValue
    try group.validate()
  }
}
