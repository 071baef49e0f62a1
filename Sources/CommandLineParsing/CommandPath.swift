/// The way from a root command to one of its verbs, as it is typed.
struct CommandPath {
  var commands: [any ParsableCommand.Type]

  init(root: any ParsableCommand.Type) { commands = [root] }

  /// The command at the end of the way.
  var command: any ParsableCommand.Type { commands[commands.count - 1] }

  /// All names in order: `simlab run`.
  var title: String { commands.map { $0.commandName }.joined(separator: " ") }

  /// What `--version` prints: the text of the nearest command that has one.
  var version: String? {
    commands.last { !$0.configuration.version.isEmpty }?.configuration.version
  }

  /// Goes on to the verb of this name; throws a `UsageError` where there is none.
  mutating func descend(to name: String) throws {
    let verbs = command.configuration.subcommands
    if let verb = verbs.first(where: { $0.commandName == name }) {
      commands.append(verb)
      return
    }
    let names = verbs.filter { $0.configuration.shouldDisplay }.map { $0.commandName }
    guard !names.isEmpty else {
      throw UsageError(message: "'\(title)' has no subcommand \(quoted(name)).")
    }
    throw UsageError(
      message: "Unknown subcommand \(quoted(name)); "
        + "\(suggestion(for: name, among: names))available are \(listed(names)).")
  }
}

/// An error together with the command that it happened in, for the usage line.
struct LocatedError: Error {
  var path: CommandPath
  var underlying: any Error
}
