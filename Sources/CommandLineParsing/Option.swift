/// A value given by its name: `--name value` or `--name=value`.
///
/// Without a default it is required; an optional may be left out; an array collects the values of
/// every time that the option is given, and otherwise the last time counts.
@propertyWrapper
public struct Option<Value>: DeclaredProperty {
  private var parameter: Parameter<Value>
  private let name: NameSpecification

  private init(
    _ initial: Value?, _ reading: Reading<Value>, _ name: NameSpecification, _ help: ArgumentHelp?
  ) {
    parameter = Parameter(initial, reading, help)
    self.name = name
  }

  /// Exists so that the wrapper can be written without parentheses.
  ///
  /// The compiler looks for an initializer without arguments outside of extensions only; for every
  /// value that a word can stand for, it then takes the one in the extension.
  @available(*, unavailable, message: "give a default value or a transform")
  public init() { preconditionFailure("unavailable") }

  /// The value: the given one, or the default.
  public var wrappedValue: Value {
    get { parameter.value }
    set { parameter.value = newValue }
  }

  func declarations(forProperty key: String) -> [ArgumentDeclaration] {
    [parameter.declaration(.option(names: name.names(forProperty: key)), forProperty: key)]
  }
}

extension Option where Value: ExpressibleByArgument {
  /// Makes a required option.
  public init(name: NameSpecification = .long, help: ArgumentHelp? = nil) {
    self.init(nil, .single(), name, help)
  }

  /// Makes an option with a default.
  public init(wrappedValue: Value, name: NameSpecification = .long, help: ArgumentHelp? = nil) {
    self.init(wrappedValue, .single(), name, help)
  }
}

extension Option {
  /// Makes an option that may be left out.
  public init<Wrapped: ExpressibleByArgument>(
    name: NameSpecification = .long, help: ArgumentHelp? = nil
  ) where Value == Wrapped? {
    self.init(.some(nil), .optional(), name, help)
  }

  /// Makes an option that must be given at least once.
  public init<Element: ExpressibleByArgument>(
    name: NameSpecification = .long, help: ArgumentHelp? = nil
  ) where Value == [Element] {
    self.init(nil, .array(), name, help)
  }

  /// Makes an option that may be given any number of times.
  public init<Element: ExpressibleByArgument>(
    wrappedValue: [Element], name: NameSpecification = .long, help: ArgumentHelp? = nil
  ) where Value == [Element] {
    self.init(wrappedValue, .array(), name, help)
  }

  /// Makes an option that may be left out and is read by a function.
  ///
  /// What the function throws completes the sentence that refuses the word.
  public init<Wrapped>(
    name: NameSpecification = .long,
    help: ArgumentHelp? = nil,
    transform: @escaping (String) throws -> Wrapped
  ) where Value == Wrapped? {
    self.init(.some(nil), Reading { word, _ in try transform(word) }, name, help)
  }
}
