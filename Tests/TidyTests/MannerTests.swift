import Testing

/// What a library does not do, and what nothing here is called.
struct MannerTests {
  /// The modules that may print: the two tools.
  static let tools: Set<String> = ["SimLab", "Chaos"]

  @Test func `a library never prints`() throws {
    let calls: Set<Substring> = ["print(", "debugPrint(", "dump(", "fputs(", "puts(", "NSLog("]
    for file in try ProjectFiles.files(in: "Sources", ending: ".swift") {
      guard let module = file.module, !Self.tools.contains(module) else { continue }
      for (number, line) in file.code {
        for word in words(of: line, keeping: "(") where calls.contains(word) {
          Issue.record("\(file.path):\(number): \(word)…): return the text to the command")
        }
      }
    }
  }

  @Test func `no module has a type of its own name`() throws {
    for file in try ProjectFiles.files(in: "Sources", ending: ".swift") {
      for (number, name) in declaredTypes(of: file) {
        #expect(name != file.module, "\(file.path):\(number): call the type what it is")
      }
    }
  }

  @Test func `nothing is called Utils, Helpers, Common or Manager`() throws {
    let empty = ["Util", "Helper", "Common", "Manager"]
    for file in try ProjectFiles.swift() {
      for part in file.path.split(separator: "/") {
        for word in empty where part.contains(word) {
          Issue.record("\(file.path):1: say what it is for in place of \(word)")
        }
      }
      for (number, name) in declaredTypes(of: file) {
        for word in empty where name.contains(word) {
          Issue.record("\(file.path):\(number): say what \(name) is for in place of \(word)")
        }
      }
    }
  }

  /// The names of the types that a file declares.
  private func declaredTypes(of file: ProjectFile) -> [(number: Int, name: String)] {
    let kinds: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    return file.code.compactMap { number, line in
      let words = words(of: line)
      guard let kind = words.firstIndex(where: kinds.contains), kind + 1 < words.count
      else { return nil }
      return (number, String(words[kind + 1]))
    }
  }

  /// The identifiers of a line; what follows one may be kept to tell a call from a name.
  private func words(of line: Substring, keeping mark: Character? = nil) -> [Substring] {
    let code = line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
    var words: [Substring] = []
    var rest = code
    while let start = rest.firstIndex(where: { $0.isLetter || $0 == "_" }) {
      var end = rest[start...].firstIndex { !($0.isLetter || $0.isNumber || $0 == "_") }
      if let mark, let found = end, rest[found] == mark { end = rest.index(after: found) }
      let isMember = start > code.startIndex && code[code.index(before: start)] == "."
      if !isMember { words.append(rest[start..<(end ?? rest.endIndex)]) }
      rest = rest[(end ?? rest.endIndex)...]
    }
    return words
  }
}
