/// One argument, option or flag of a command, free of the type of its value.
struct ArgumentDeclaration {
  /// How it is given.
  enum Kind {
    /// By its place among the words that belong to no option.
    case positional
    /// By one of these names, followed by a value.
    case option(names: [String])
    /// By one of these names alone.
    case flag(names: [String])
  }

  var kind: Kind
  var help: ArgumentHelp
  /// What stands for the value in the help, without brackets.
  var valueName: String
  /// Whether it takes more than one value.
  var isRepeating = false
  /// Whether leaving it out is an error.
  var isRequired = false
  /// The default as the help shows it; nil for none worth showing.
  var defaultDescription: String?
  /// All words that stand for a value; empty where they cannot be listed.
  var acceptedValues: [String] = []
  /// Takes one word into the property; a flag gets an empty one.
  var store: (String) throws -> Void

  /// The names with their dashes; empty for a positional argument.
  var names: [String] {
    switch kind {
    case .positional: []
    case .option(let names), .flag(let names): names
    }
  }

  var isPositional: Bool { if case .positional = kind { true } else { false } }

  var isFlag: Bool { if case .flag = kind { true } else { false } }

  /// How an error names it: `<file>`, `--seed <n>` or `--no-progress`.
  var title: String {
    switch kind {
    case .positional: "<\(valueName)>"
    case .option(let names): "\(names.last ?? "") <\(valueName)>"
    case .flag(let names): names.last ?? ""
    }
  }
}
