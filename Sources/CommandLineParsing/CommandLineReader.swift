/// The reader of a command line: finds the verb, then gives each word to what declares it.
struct CommandLineReader {
  private(set) var path: CommandPath
  private var words: ArraySlice<String>

  init(root: any ParsableCommand.Type, words: [String]) {
    path = CommandPath(root: root)
    self.words = words[...]
  }

  /// The command with its values; every error that it throws is a `LocatedError`.
  mutating func read() throws -> any ParsableCommand {
    do {
      try findVerb()
      var command = path.command.init()
      try fill(command.declarations)
      for (_, property) in command.declaredProperties { try property.validateGroup() }
      try command.validate()
      return command
    } catch {
      throw LocatedError(path: path, underlying: error)
    }
  }

  // MARK: Verbs

  private mutating func findVerb() throws {
    while !path.command.configuration.subcommands.isEmpty, let word = words.first {
      try leaveForHelpOrVersion(word, flags: [])
      guard !isOption(word, among: []) else {
        throw UsageError(message: unknownOption(word, among: ["--help"] + versionNames))
      }
      words.removeFirst()
      if word == "help", path.commands.count == 1 { try showHelp() }
      try path.descend(to: word)
    }
  }

  /// Shows the help of the verb that the remaining words name.
  private mutating func showHelp() throws -> Never {
    for word in words where !word.hasPrefix("-") { try path.descend(to: word) }
    throw CleanExit.helpRequest(nil)
  }

  private var versionNames: [String] { path.version == nil ? [] : ["--version"] }

  private func leaveForHelpOrVersion(
    _ word: String, flags declarations: [ArgumentDeclaration]
  ) throws {
    guard !declarations.contains(where: { $0.names.contains(word) }) else { return }
    if word == "--help" || word == "-h" { throw CleanExit.helpRequest(nil) }
    if word == "--version", let version = path.version { throw CleanExit.message(version) }
  }

  // MARK: Options and arguments

  private mutating func fill(_ declarations: [ArgumentDeclaration]) throws {
    try leaveForHelpAnywhere(declarations)
    var positionals = declarations.filter(\.isPositional)[...]
    var filled: Set<String> = []
    while let word = words.popFirst() {
      if word == "--" {
        for word in words { try take(word, by: &positionals, &filled) }
        break
      } else if word.hasPrefix("--") {
        try takeLong(word, declarations, &filled)
      } else if isOption(word, among: declarations) {
        try takeShort(word, declarations, &filled)
      } else {
        try take(word, by: &positionals, &filled)
      }
    }
    for declaration in declarations
    where declaration.isRequired && !filled.contains(declaration.title) {
      throw UsageError(message: "Missing expected \(noun(declaration)) '\(declaration.title)'.")
    }
  }

  /// Lets a request for help win over whatever else is wrong with the line.
  private func leaveForHelpAnywhere(_ declarations: [ArgumentDeclaration]) throws {
    for word in words.prefix(while: { $0 != "--" }) {
      try leaveForHelpOrVersion(word, flags: declarations)
    }
  }

  private func take(
    _ word: String, by positionals: inout ArraySlice<ArgumentDeclaration>,
    _ filled: inout Set<String>
  ) throws {
    guard let declaration = positionals.first else {
      throw UsageError(message: "Unexpected argument \(quoted(word)).")
    }
    try store(word, in: declaration)
    filled.insert(declaration.title)
    if !declaration.isRepeating { positionals.removeFirst() }
  }

  private mutating func takeLong(
    _ word: String, _ declarations: [ArgumentDeclaration], _ filled: inout Set<String>
  ) throws {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let attached = parts.count == 2 ? String(parts[1]) : nil
    guard let declaration = declarations.first(where: { $0.names.contains(name) }) else {
      let builtIn = ["--help"] + versionNames
      if builtIn.contains(name) { throw needlessValue(name) }
      let known = declarations.filter { $0.help.visibility == .default }.flatMap(\.names)
      throw UsageError(message: unknownOption(name, among: known + builtIn))
    }
    if declaration.isFlag, attached != nil { throw needlessValue(name) }
    try takeValue(of: declaration, attached: attached, among: declarations)
    filled.insert(declaration.title)
  }

  /// Reads `-o value`, `-o=value`, `-ovalue`, and several flags behind one dash.
  private mutating func takeShort(
    _ word: String, _ declarations: [ArgumentDeclaration], _ filled: inout Set<String>
  ) throws {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let declaration = declarations.first(where: { $0.names.contains("-\(letter)") }) else {
        throw UsageError(
          message: unknownOption(word, among: declarations.flatMap(\.names) + ["--help"]))
      }
      if declaration.isFlag {
        try store("", in: declaration)
      } else {
        if letters.first == "=" { letters.removeFirst() }
        let attached = letters.isEmpty && !word.hasSuffix("=") ? nil : String(letters)
        try takeValue(of: declaration, attached: attached, among: declarations)
        letters = ""
      }
      filled.insert(declaration.title)
    }
  }

  private mutating func takeValue(
    of declaration: ArgumentDeclaration, attached: String?, among all: [ArgumentDeclaration]
  ) throws {
    if declaration.isFlag {
      try store("", in: declaration)
    } else if let attached {
      try store(attached, in: declaration)
    } else if let next = words.first, !isOption(next, among: all) {
      words.removeFirst()
      try store(next, in: declaration)
    } else {
      throw UsageError(message: "Missing value for '\(declaration.title)'.")
    }
  }

  private func store(_ word: String, in declaration: ArgumentDeclaration) throws {
    do {
      try declaration.store(word)
    } catch {
      let reason =
        switch error {
        case let error as UnreadableWord: error.reason
        default: "\(error)"
        }
      let start = "The value \(quoted(word)) is invalid for '\(declaration.title)'"
      throw UsageError(message: reason.isEmpty ? start + "." : "\(start): \(ended(reason))")
    }
  }

  // MARK: Words

  /// Whether a word names an option and is not a value, such as `-` or the number `-1`.
  private func isOption(_ word: String, among declarations: [ArgumentDeclaration]) -> Bool {
    guard word.hasPrefix("-"), word != "-" else { return false }
    guard Double(word) != nil else { return true }
    return declarations.contains { $0.names.contains(String(word.prefix(2))) }
  }

  private func unknownOption(_ word: String, among names: [String]) -> String {
    // Dashes are no letters: they would make short words look alike.
    let letters = names.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
    let nearest = nearestName(to: String(word.drop { $0 == "-" }), among: letters)
    return nearest.map { "Unknown option \(quoted(word)); did you mean '--\($0)'?" }
      ?? "Unknown option \(quoted(word))."
  }

  private func needlessValue(_ name: String) -> UsageError {
    UsageError(message: "The option '\(name)' takes no value.")
  }

  private func noun(_ declaration: ArgumentDeclaration) -> String {
    declaration.isPositional ? "argument" : "option"
  }

  private func ended(_ sentence: String) -> String {
    sentence.hasSuffix(".") || sentence.hasSuffix("?") ? sentence : sentence + "."
  }
}
