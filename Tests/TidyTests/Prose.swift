/// A document in its two kinds of parts: what is between fences, and what is not.
enum Prose {
  /// A fenced block: its language, the number of its first line, and its lines.
  struct Fence {
    let language: String
    let number: Int
    var lines: [Substring]
  }

  /// The lines outside of fences, with their numbers.
  static func paragraphs(of file: ProjectFile) -> [(number: Int, line: Substring)] {
    var isFenced = false
    return file.lines.enumerated().compactMap { index, line in
      if line.hasPrefix("```") {
        isFenced.toggle()
        return nil
      }
      return isFenced ? nil : (index + 1, line)
    }
  }

  /// The fenced blocks in one language.
  static func fences(of file: ProjectFile, in language: String) -> [Fence] {
    var fences: [Fence] = []
    var open: Fence?
    for (index, line) in file.lines.enumerated() {
      if line.hasPrefix("```") {
        if let closed = open {
          fences.append(closed)
          open = nil
        } else {
          open = Fence(language: String(line.dropFirst(3)), number: index + 2, lines: [])
        }
      } else {
        open?.lines.append(line)
      }
    }
    return fences.filter { $0.language == language }
  }
}
