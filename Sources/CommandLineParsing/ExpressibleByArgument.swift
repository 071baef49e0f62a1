/// A type that one word of a command line can stand for.
public protocol ExpressibleByArgument {
  /// Reads a word; nil when it stands for no value.
  init?(argument: String)

  /// The value as the help shows it, when it is a default.
  var defaultValueDescription: String { get }

  /// All words that stand for a value; empty where they cannot be listed.
  static var allValueStrings: [String] { get }

  /// What a word must be, for the sentence that refuses one; empty where nothing can be said.
  ///
  /// ArgumentParser has no such requirement; a type that gives it stays valid there.
  static var expectation: String { get }
}

extension ExpressibleByArgument {
  /// The value in its usual textual form.
  public var defaultValueDescription: String { "\(self)" }
  /// No list.
  public static var allValueStrings: [String] { [] }
  /// Nothing.
  public static var expectation: String { "" }
}

extension ExpressibleByArgument where Self: RawRepresentable, RawValue: ExpressibleByArgument {
  /// Reads the raw value.
  public init?(argument: String) {
    guard let rawValue = RawValue(argument: argument) else { return nil }
    self.init(rawValue: rawValue)
  }

  /// The raw value as the help shows it.
  public var defaultValueDescription: String { rawValue.defaultValueDescription }
}

extension ExpressibleByArgument
where Self: CaseIterable & RawRepresentable, RawValue: ExpressibleByArgument {
  /// The raw values of all cases.
  public static var allValueStrings: [String] {
    allCases.map { $0.rawValue.defaultValueDescription }
  }
}

extension String: ExpressibleByArgument {
  /// Takes the word as it is.
  public init?(argument: String) { self = argument }
}

extension Int: ExpressibleByArgument {
  /// Reads a decimal number.
  public init?(argument: String) { self.init(argument) }
  /// A whole number, with no unit.
  public static var expectation: String { "a whole number" }
}

extension UInt64: ExpressibleByArgument {
  /// Reads a decimal number that is not negative.
  public init?(argument: String) { self.init(argument) }
  /// A whole number within 64 bits.
  public static var expectation: String { "a whole number from 0 to \(UInt64.max)" }
}

extension Double: ExpressibleByArgument {
  /// Reads a finite number.
  public init?(argument: String) {
    guard let number = Double(argument), number.isFinite else { return nil }
    self = number
  }
  /// A number, with no unit.
  public static var expectation: String { "a number" }
}
