import FoundationEssentials
import LabTestSupport

/// A text file of the project, as the rules about style read it.
struct ProjectFile {
  /// The path from the folder of the package.
  let path: String
  let text: String

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// The name without folders and extension.
  var stem: String { path.split(separator: "/").last.map { $0.prefix { $0 != "." } + "" } ?? "" }

  /// The module whose sources it belongs to; nil outside `Sources`.
  var module: String? {
    let parts = path.split(separator: "/")
    return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
  }

  /// The lines with their numbers, without comments that fill a line.
  var code: [(number: Int, line: Substring)] {
    lines.enumerated().map { ($0 + 1, $1) }.filter { !$0.1.drop { $0 == " " }.hasPrefix("//") }
  }
}

/// The files of the project.
enum ProjectFiles {
  /// The files in a folder, and those below it, whose names end so; sorted by path.
  static func files(in folder: String, ending suffix: String) throws -> [ProjectFile] {
    let root = BuiltProduct.packageFolder
    guard FileManager.default.fileExists(atPath: "\(root)/\(folder)") else { return [] }
    return try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)").sorted()
      .filter { $0.hasSuffix(suffix) && !isFolder("\(root)/\(folder)/\($0)") }
      .map { try file("\(folder)/\($0)") }
  }

  static func file(_ path: String) throws -> ProjectFile {
    let data = try Data(contentsOf: URL(filePath: "\(BuiltProduct.packageFolder)/\(path)"))
    return ProjectFile(path: path, text: String(decoding: data, as: UTF8.self))
  }

  /// Everything that is written in Swift.
  static func swift() throws -> [ProjectFile] {
    try files(in: "Sources", ending: ".swift") + files(in: "Tests", ending: ".swift")
      + [file("Package.swift")]
  }

  /// Every document: what a reader meets first, and the folder of the others.
  static func documents() throws -> [ProjectFile] {
    try ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(file)
      + files(in: "Docs", ending: ".md")
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(BuiltProduct.packageFolder)/\(path)")
  }
}
