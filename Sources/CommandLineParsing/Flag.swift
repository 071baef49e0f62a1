/// A choice of yes or no, made by a name alone: giving it turns the default around.
@propertyWrapper
public struct Flag: DeclaredProperty {
  private var slot: Slot<Bool>
  private let name: NameSpecification
  private let help: ArgumentHelp?

  /// Makes a flag.
  public init(wrappedValue: Bool, name: NameSpecification = .long, help: ArgumentHelp? = nil) {
    slot = Slot(initial: wrappedValue)
    self.name = name
    self.help = help
  }

  /// The value: the given one, or the default.
  public var wrappedValue: Bool {
    get { slot.value }
    set { slot = Slot(initial: newValue) }
  }

  func declarations(forProperty key: String) -> [ArgumentDeclaration] {
    let slot = slot
    return [
      ArgumentDeclaration(
        kind: .flag(names: name.names(forProperty: key)),
        help: help ?? "",
        valueName: "",
        store: { _ in slot.given = !(slot.initial ?? false) })
    ]
  }
}
