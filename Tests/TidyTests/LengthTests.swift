import Testing

/// How long lines, functions and files may be.
struct LengthTests {
  /// Files that may be longer than 400 lines, each with its reason: only tables of data.
  static let tablesOfData: [String: String] = [:]

  @Test func `no line is longer than 100 columns`() throws {
    let scripts = ["Makefile", ".ci/run", "Benchmarks/bench.py"].filter(ProjectFiles.exists)
    let others =
      try scripts.map(ProjectFiles.file)
      + ProjectFiles.files(in: "Scripts", ending: "")
    for file in try ProjectFiles.swift() + others {
      // What a text in the code is indented by is not part of the text.
      var isText = false
      for (index, line) in file.lines.enumerated() {
        if line.split(separator: "\"\"\"", omittingEmptySubsequences: false).count == 2 {
          isText.toggle()
        }
        let columns = isText ? line.drop { $0 == " " }.count : line.count
        #expect(columns <= 100, "\(file.path):\(index + 1): \(columns) columns: break the line")
      }
    }
  }

  @Test func `no file has more than 400 lines`() throws {
    for file in try ProjectFiles.swift() where Self.tablesOfData[file.path] == nil {
      let count = file.lines.count - 1
      #expect(
        count <= 400,
        "\(file.path):401: \(count) lines: move one concern into \(file.stem)+<Concern>.swift")
    }
  }

  @Test func `no function has more than 70 lines`() throws {
    for file in try ProjectFiles.swift() {
      for function in functions(of: file) {
        #expect(
          function.length <= 70,
          "\(file.path):\(function.line): \(function.length) lines: give its parts names")
      }
    }
  }

  @Test func `the length of a function is counted from its first line to its last`() {
    let text = """
      struct Example {
        func short() -> Int { 1 }
        func required(a: Int)
        mutating func long(
          a: Int
        ) -> Int {
          if a > 0 {
            return 1
          }
          return 2
        }
        var computed: Int {
          3
        }
      }
      """
    let found = functions(of: ProjectFile(path: "Example.swift", text: text))
    #expect(found.map(\.line) == [2, 4, 12])
    #expect(found.map(\.length) == [1, 8, 3])
  }

  private static let modifiers: Set<Substring> = [
    "public", "package", "private", "fileprivate", "static", "mutating", "nonmutating", "borrowing",
    "consuming", "override", "final", "convenience", "isolated", "nonisolated", "internal",
  ]

  /// The bodies in a file: of functions, initialisers, subscripts and computed properties.
  ///
  /// The formatter sees to it that the last line of a body is indented as its first.
  private func functions(of file: ProjectFile) -> [(line: Int, length: Int)] {
    let lines = file.lines
    var found: [(line: Int, length: Int)] = []
    for (first, line) in lines.enumerated() where beginsBody(line) {
      if line.hasSuffix("}") {
        found.append((first + 1, 1))
        continue
      }
      let indent = line.prefix { $0 == " " }.count
      for last in (first + 1)..<max(first + 1, lines.count) where !lines[last].isEmpty {
        let rest = lines[last].drop { $0 == " " }
        let depth = lines[last].count - rest.count
        if depth == indent, rest.hasPrefix("}") { found.append((first + 1, last - first + 1)) }
        let goesOn = [")", "where", "{", "->", "#"].contains { rest.hasPrefix($0) }
        if depth < indent || depth == indent && !goesOn { break }
      }
    }
    return found
  }

  private func beginsBody(_ line: Substring) -> Bool {
    let words = line.split(separator: " ").drop {
      Self.modifiers.contains($0.prefix { $0 != "(" }) || $0.hasPrefix("@")
    }
    guard let word = words.first else { return false }
    if word == "func" || word == "deinit" { return true }
    if ["init", "subscript"].contains(word.prefix { $0.isLetter }) { return word.contains("(") }
    return word == "var" && line.hasSuffix("{") && !line.contains("=")
  }
}
