/// A strategy by its full name, with options.
public struct StrategyChoice: Sendable, Hashable {
  /// The name in the catalogue, such as `nginx.weighted-round-robin` or `random`.
  public var name: String
  /// The options given, by name.
  public var options: [String: OptionValue]

  /// Makes a choice.
  public init(_ name: String, options: [String: OptionValue] = [:]) {
    self.name = name
    self.options = options
  }
}

/// What the catalogue says about a strategy: enough to list it, explain it and check a file.
public struct StrategyCard: Sendable, Hashable {
  /// The full name; qualified by a program when the rule is that program's own.
  public var name: String
  /// What it does, in one line.
  public var summary: String
  /// Which circumstances it is good in, and what speaks against it: one sentence without its stop.
  public var whenToUse: String
  /// Where the rule comes from: a paper, or a file of the real program.
  public var source: String
  /// The options that it takes.
  public var options: [StrategyOption]
  /// Other full names that a file may use for it.
  public var aliases: [String]
  /// Whether its program lets a backend that comes back warm up under it.
  public var allowsSlowStart: Bool

  /// Makes a card.
  public init(
    name: String, summary: String, whenToUse: String = "", source: String,
    options: [StrategyOption] = [], aliases: [String] = [], allowsSlowStart: Bool = true
  ) {
    self.name = name
    self.summary = summary
    self.whenToUse = whenToUse
    self.source = source
    self.options = options
    self.aliases = aliases
    self.allowsSlowStart = allowsSlowStart
  }
}

/// One option of a strategy.
public struct StrategyOption: Sendable, Hashable {
  /// The key in the file.
  public var name: String
  /// What it changes, in one line.
  public var summary: String
  /// What values it takes.
  public var kind: Kind

  /// What values an option takes.
  public enum Kind: Sendable, Hashable {
    /// A number in a range; whole when only whole numbers make sense.
    case number(standard: Double, range: ClosedRange<Double>, isWhole: Bool)
    /// One of some words.
    case word(standard: String, of: [String])
  }

  /// Makes an option.
  public init(name: String, summary: String, kind: Kind) {
    self.name = name
    self.summary = summary
    self.kind = kind
  }

  /// The value when none is given.
  public var standard: OptionValue {
    switch kind {
    case .number(let standard, _, _): .number(standard)
    case .word(let standard, _): .word(standard)
    }
  }
}

/// The value of a strategy's option.
public enum OptionValue: Sendable, Hashable {
  /// A number.
  case number(Double)
  /// One of the words that the option takes.
  case word(String)
}
