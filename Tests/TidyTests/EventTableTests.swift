import Testing

/// The table of events that a newcomer reads beside the code.
struct EventTableTests {
  @Test func `the request path's page has a row for every event, in the order of the code`() throws
  {
    let code = try ProjectFiles.file("Sources/ClusterModel/Event.swift")
    let declared = code.lines.prefix { $0 != "}" }.compactMap { name(in: $0, after: "  case ") }
    let page = try ProjectFiles.file("Docs/TheRequestPath.md")
    let listed = Prose.paragraphs(of: page).compactMap { name(in: $0.line, after: "| `") }
    #expect(listed == declared, "Docs/TheRequestPath.md:1: bring its table into line with Event")
  }

  private func name(in line: Substring, after mark: String) -> Substring? {
    line.hasPrefix(mark) ? line.dropFirst(mark.count).prefix { $0.isLetter } : nil
  }
}
