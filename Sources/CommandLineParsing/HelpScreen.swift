/// The help of a command: what it does, how it is called, and what each word means.
struct HelpScreen {
  /// The widest line that reads well, and the narrowest that is used.
  static let columnLimits = 60...100
  /// Where the descriptions begin, from the left edge.
  private static let descriptionColumn = 26

  let path: CommandPath
  let columns: Int

  init(_ path: CommandPath, columns: Int) {
    self.path = path
    self.columns = min(max(columns, Self.columnLimits.lowerBound), Self.columnLimits.upperBound)
  }

  /// The whole text, ending in a newline.
  var text: String {
    let configuration = path.command.configuration
    var parts: [String] = []
    if !configuration.abstract.isEmpty { parts.append(wrapped(configuration.abstract)) }
    if !configuration.discussion.isEmpty {
      parts.append(
        configuration.discussion.split(separator: "\n", omittingEmptySubsequences: false)
          .map { wrapped(String($0)) }.joined(separator: "\n"))
    }
    parts.append(usage)
    parts += [
      section("ARGUMENTS", arguments), section("OPTIONS", options),
      section("SUBCOMMANDS", subcommands),
    ].compactMap(\.self)
    if !subcommands.isEmpty {
      parts.append("See '\(path.commands[0].commandName) help <subcommand>' for details.")
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// How the command is called, wrapped under its own name.
  var usage: String {
    let start = "Usage: \(path.title)"
    let indent = min(start.count + 1, 24)
    let lines = wrap(usageWords, width: columns - indent, firstWidth: columns - start.count - 1)
    return ([start + " " + (lines.first ?? "")] + lines.dropFirst().map { pad(indent) + $0 })
      .map { String($0.reversed().drop { $0 == " " }.reversed()) }
      .joined(separator: "\n")
  }

  private var declarations: [ArgumentDeclaration] {
    path.command.init().declarations.filter { $0.help.visibility == .default }
  }

  private var usageWords: [String] {
    guard path.command.configuration.subcommands.isEmpty else { return ["<subcommand>"] }
    let named = declarations.filter { !$0.isPositional }
    let positional = declarations.filter(\.isPositional)
    return positional.map(usageWord) + named.map(usageWord)
  }

  private func usageWord(_ declaration: ArgumentDeclaration) -> String {
    let word = declaration.title + (declaration.isRepeating ? "..." : "")
    return declaration.isRequired ? word : "[\(word)]"
  }

  private typealias Row = (term: String, description: String)

  private var arguments: [Row] {
    declarations.filter(\.isPositional).map { ($0.title, description(of: $0)) }
  }

  private var options: [Row] {
    let own = declarations.filter { !$0.isPositional }.map { declaration in
      let names = declaration.names.joined(separator: ", ")
      return (
        declaration.isFlag ? names : "\(names) <\(declaration.valueName)>",
        description(of: declaration)
      )
    }
    let version = path.version == nil ? [] : [("--version", "Show the version.")]
    return own + version + [("-h, --help", "Show this help.")]
  }

  private var subcommands: [Row] {
    path.command.configuration.subcommands
      .filter { $0.configuration.shouldDisplay }
      .map { ($0.commandName, $0.configuration.abstract) }
  }

  private func description(of declaration: ArgumentDeclaration) -> String {
    var notes: [String] = []
    if !declaration.acceptedValues.isEmpty {
      notes.append("one of: " + declaration.acceptedValues.joined(separator: ", "))
    }
    if let standard = declaration.defaultDescription { notes.append("default: \(standard)") }
    let note = notes.isEmpty ? [] : ["(\(notes.joined(separator: "; ")))"]
    return ([declaration.help.abstract].filter { !$0.isEmpty } + note).joined(separator: " ")
  }

  private func section(_ title: String, _ rows: [Row]) -> String? {
    guard !rows.isEmpty else { return nil }
    return "\(title):\n" + rows.map(rendered).joined(separator: "\n")
  }

  private func rendered(_ row: Row) -> String {
    let indent = Self.descriptionColumn
    let lines = wrap(
      row.description.split(separator: " ").map(String.init), width: columns - indent)
    let term = "  " + row.term
    guard !lines.isEmpty else { return term }
    let rest = lines.map { pad(indent) + $0 }
    guard term.count + 2 <= indent else { return ([term] + rest).joined(separator: "\n") }
    let first = term + pad(indent - term.count) + lines[0]
    return ([first] + rest.dropFirst()).joined(separator: "\n")
  }

  /// A line of prose in several; a line that begins with spaces is an example and stays whole.
  private func wrapped(_ line: String) -> String {
    guard !line.hasPrefix(" ") else { return line }
    return wrap(line.split(separator: " ").map(String.init), width: columns)
      .joined(separator: "\n")
  }

  private func wrap(_ words: [String], width: Int, firstWidth: Int? = nil) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in words {
      let limit = lines.isEmpty ? firstWidth ?? width : width
      if !line.isEmpty, line.count + 1 + word.count > limit {
        lines.append(line)
        line = word
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  private func pad(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }
}
