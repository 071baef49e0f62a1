/// A value given by its place on the command line.
///
/// Without a default it is required; an array takes all words that are left.
@propertyWrapper
public struct Argument<Value>: DeclaredProperty {
  private var parameter: Parameter<Value>

  private init(_ initial: Value?, _ reading: Reading<Value>, _ help: ArgumentHelp?) {
    parameter = Parameter(initial, reading, help)
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
    [parameter.declaration(.positional, forProperty: key)]
  }
}

extension Argument where Value: ExpressibleByArgument {
  /// Makes a required argument.
  public init(help: ArgumentHelp? = nil) { self.init(nil, .single(), help) }

  /// Makes an argument with a default.
  public init(wrappedValue: Value, help: ArgumentHelp? = nil) {
    self.init(wrappedValue, .single(), help)
  }
}

extension Argument {
  /// Makes an argument that may be left out.
  public init<Wrapped: ExpressibleByArgument>(help: ArgumentHelp? = nil)
  where Value == Wrapped? {
    self.init(.some(nil), .optional(), help)
  }

  /// Makes an argument of at least one word.
  public init<Element: ExpressibleByArgument>(help: ArgumentHelp? = nil)
  where Value == [Element] {
    self.init(nil, .array(), help)
  }

  /// Makes an argument of any number of words.
  public init<Element: ExpressibleByArgument>(wrappedValue: [Element], help: ArgumentHelp? = nil)
  where Value == [Element] {
    self.init(wrappedValue, .array(), help)
  }

  /// Makes a required argument that is read by a function.
  ///
  /// What the function throws completes the sentence that refuses the word.
  public init(help: ArgumentHelp? = nil, transform: @escaping (String) throws -> Value) {
    self.init(nil, Reading { word, _ in try transform(word) }, help)
  }
}
