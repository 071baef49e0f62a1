/// A set of arguments, options and flags that can be read from a command line.
///
/// The surface of this module is that of Swift's ArgumentParser, so that the real package can take
/// its place by a change of import.
public protocol ParsableArguments: SendableMetatype {
  /// Makes a value in which every property has its default.
  init()

  /// Checks what one property alone cannot tell; throws a `ValidationError`.
  mutating func validate() throws
}

extension ParsableArguments {
  /// Accepts every combination of values.
  public mutating func validate() throws {}
}

/// A command, or one verb of a command, as its properties declare it.
public protocol ParsableCommand: ParsableArguments {
  /// The name, the help texts and the verbs.
  static var configuration: CommandConfiguration { get }

  /// Does what the command is for.
  mutating func run() throws
}

extension ParsableCommand {
  /// A configuration without texts, for a command whose name says enough.
  public static var configuration: CommandConfiguration { CommandConfiguration() }

  /// Shows the help, which is what a command does that only groups verbs.
  public mutating func run() throws { throw CleanExit.helpRequest(nil) }

  /// The name on the command line: the configured one, or the type's own in `kebab-case`.
  static var commandName: String {
    configuration.commandName ?? kebabCase(String(describing: Self.self))
  }
}

/// What a command says about itself.
public struct CommandConfiguration: Sendable {
  /// The name on the command line; nil takes the type's own in `kebab-case`.
  public var commandName: String?
  /// What the command does, in one line.
  public var abstract: String
  /// What a reader of the full help should know besides.
  public var discussion: String
  /// What `--version` prints; empty where there is no such option.
  public var version: String
  /// Whether the help of the parent lists this command.
  public var shouldDisplay: Bool
  /// The verbs; a command that has some takes no arguments of its own.
  public var subcommands: [any ParsableCommand.Type]

  /// Makes a configuration; whatever is left out is empty.
  public init(
    commandName: String? = nil,
    abstract: String = "",
    discussion: String = "",
    version: String = "",
    shouldDisplay: Bool = true,
    subcommands: [any ParsableCommand.Type] = []
  ) {
    self.commandName = commandName
    self.abstract = abstract
    self.discussion = discussion
    self.version = version
    self.shouldDisplay = shouldDisplay
    self.subcommands = subcommands
  }
}

/// A Swift name as it is written on a command line: `dryRun` becomes `dry-run`.
func kebabCase(_ name: String) -> String {
  var result = ""
  var previousIsLower = false
  for character in name {
    if character.isUppercase && previousIsLower { result.append("-") }
    result.append(contentsOf: character.lowercased())
    previousIsLower = !character.isUppercase
  }
  return result
}
