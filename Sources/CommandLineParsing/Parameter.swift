/// A value that words of the command line make: what an argument and an option have in common.
struct Parameter<Value> {
  private var slot: Slot<Value>
  private let reading: Reading<Value>
  private let help: ArgumentHelp?

  /// Makes a parameter; one without an initial value is required.
  init(_ initial: Value?, _ reading: Reading<Value>, _ help: ArgumentHelp?) {
    slot = Slot(initial: initial)
    self.reading = reading
    self.help = help
  }

  /// The value: the given one, or the default.
  var value: Value {
    get { slot.value }
    set { slot = Slot(initial: newValue) }
  }

  /// What a property of this name declares.
  func declaration(
    _ kind: ArgumentDeclaration.Kind, forProperty key: String
  ) -> ArgumentDeclaration {
    let (slot, reading) = (slot, reading)
    return ArgumentDeclaration(
      kind: kind,
      help: help ?? "",
      valueName: help?.valueName ?? kebabCase(key),
      isRepeating: reading.isRepeating,
      isRequired: slot.initial == nil,
      defaultDescription: slot.initial.flatMap(reading.describe),
      acceptedValues: reading.acceptedValues,
      store: { slot.given = try reading.read($0, slot.given) })
  }
}
