/// How a text is set off from others on a terminal.
public enum TextStyle: Sendable {
  /// Without colours: for files, pipes and people who ask for none.
  case plain
  /// With the escape sequences of ECMA-48 that every terminal knows.
  case terminal

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func accent(_ text: String) -> String { wrap(text, "36") }
  func red(_ text: String) -> String { wrap(text, "31") }

  private func wrap(_ text: String, _ code: String) -> String {
    self == .plain ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
