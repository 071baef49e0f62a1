/// What the help says about an argument, an option or a flag.
public struct ArgumentHelp: ExpressibleByStringInterpolation, Sendable {
  /// What it means, in one line.
  public var abstract: String
  /// What stands for the value, as `n` in `--seed <n>`; nil takes the property's name.
  public var valueName: String?
  /// Whether the help lists it.
  public var visibility: ArgumentVisibility

  /// Makes a help text.
  public init(
    _ abstract: String = "", valueName: String? = nil, visibility: ArgumentVisibility = .default
  ) {
    self.abstract = abstract
    self.valueName = valueName
    self.visibility = visibility
  }

  /// Makes a help text of one line.
  public init(stringLiteral value: String) { self.init(value) }
}

/// Whether the help lists an argument.
public enum ArgumentVisibility: Sendable {
  /// It is listed.
  case `default`
  /// It works, but is not for people to find.
  case hidden
}

/// The names under which an option or a flag is given.
public struct NameSpecification: ExpressibleByArrayLiteral, Sendable {
  enum Element: Sendable, Hashable {
    case long
    case short
    case customLong(String)
    case customShort(Character)
  }

  var elements: [Element]

  init(_ elements: [Element]) { self.elements = elements }

  /// Joins several names.
  public init(arrayLiteral elements: NameSpecification...) {
    self.init(elements.flatMap(\.elements))
  }

  /// The property's name with two dashes.
  public static var long: NameSpecification { NameSpecification([.long]) }
  /// The first letter of the property's name with one dash.
  public static var short: NameSpecification { NameSpecification([.short]) }
  /// Both of them.
  public static var shortAndLong: NameSpecification { NameSpecification([.short, .long]) }

  /// This name with two dashes.
  public static func customLong(_ name: String) -> NameSpecification {
    NameSpecification([.customLong(name)])
  }

  /// This letter with one dash.
  public static func customShort(_ letter: Character) -> NameSpecification {
    NameSpecification([.customShort(letter)])
  }

  /// The names as they are typed, dashes included, short ones first.
  func names(forProperty key: String) -> [String] {
    let names = elements.map { element in
      switch element {
      case .long: "--" + kebabCase(key)
      case .short: "-" + key.prefix(1).lowercased()
      case .customLong(let name): "--" + name
      case .customShort(let letter): "-" + String(letter)
      }
    }
    return names.filter { !$0.hasPrefix("--") } + names.filter { $0.hasPrefix("--") }
  }
}
