import Testing

/// What documents point to.
struct LinkTests {
  @Test func `every link of a document leads to a file`() throws {
    for file in try ProjectFiles.documents() {
      let folder = file.path.split(separator: "/").dropLast()
      for (number, target) in links(of: file) where !target.contains(":") {
        let path = target.prefix { $0 != "#" }
        guard !path.isEmpty else { continue }
        let resolved = resolve(path, from: folder)
        #expect(
          ProjectFiles.exists(resolved), "\(file.path):\(number): there is no \(resolved): mend it")
      }
    }
  }

  @Test func `every path that a document names is there`() throws {
    let roots = ["Sources/", "Tests/", "Docs/", "Scripts/", "Benchmarks/", "topologies/"]
    for file in try ProjectFiles.documents() where file.path != "CHANGELOG.md" {
      for block in Prose.paragraphs(of: file) {
        for quoted in block.line.split(separator: "`", omittingEmptySubsequences: false)
          .enumerated().filter({ $0.offset % 2 == 1 }).map(\.element)
        where roots.contains(where: quoted.hasPrefix) && quoted.allSatisfy(isOfPath) {
          #expect(
            ProjectFiles.exists(String(quoted)),
            "\(file.path):\(block.number): there is no \(quoted): name what is there")
        }
      }
    }
  }

  private func isOfPath(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "/+.-_".contains(character))
  }

  /// The targets of the Markdown links and images of a document, outside of code.
  private func links(of file: ProjectFile) -> [(number: Int, target: Substring)] {
    Prose.paragraphs(of: file).flatMap { number, line in
      let markdown = line.split(separator: "](").dropFirst().map { $0.prefix { $0 != ")" } }
      let html = ["src=\"", "srcset=\"", "href=\""].flatMap { attribute in
        line.split(separator: attribute).dropFirst().map { $0.prefix { $0 != "\"" } }
      }
      return (markdown + html).map { (number, $0) }
    }
  }

  private func resolve(_ path: Substring, from folder: ArraySlice<Substring>) -> String {
    var parts = Array(folder)
    for part in path.split(separator: "/") {
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }
}
