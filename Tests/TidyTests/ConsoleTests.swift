import FoundationEssentials
import LabTestSupport
import Testing

/// The commands that documents show, and what they print.
///
/// In a block fenced as `console` a line that begins with `$ ` is a command, and what follows it,
/// up to the next command, is its output. Commands of `simlab` are run from the folder of the
/// project, and have to print exactly that, but for one thing: the time that a run took, as in
/// `events in 7.02ms`, may be any. Of other commands the words are checked.
struct ConsoleTests {
  /// A command in a document with the output it is said to have.
  struct Shown: Sendable, CustomTestStringConvertible {
    let place, command, output: String
    var testDescription: String { "\(place) \(command)" }
    var program: String { command.split(separator: " ").first.map(String.init) ?? "" }
  }

  static let shown: [Shown] =
    (try? ProjectFiles.documents())?.flatMap { file in
      Prose.fences(of: file, in: "console").flatMap { commands(in: $0, of: file) }
    } ?? []

  @Test(arguments: shown.filter { $0.program.hasSuffix("simlab") })
  func `a command of simlab prints what the document shows`(_ shown: Shown) async throws {
    let products = try URL(filePath: BuiltProduct.path("simlab")).deletingLastPathComponent().path
    let command = shown.command.replacing(".build/release/simlab", with: "simlab")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let run = try await CommandRun.run(
      "/usr/bin/env", ["-C", BuiltProduct.packageFolder, "bash", "-c", "\(command) 2>&1"],
      environment: ["PATH": "\(products):\(path)"])
    #expect(
      withoutMeasuredTimes(run.output) == withoutMeasuredTimes(shown.output + "\n"),
      "\(shown.place): show what it prints now:\n\(run.output)")
  }

  @Test(arguments: shown.filter { $0.program == "chaos" })
  func `a command of chaos has the verbs and options that the document uses`(
    _ shown: Shown
  ) async throws {
    let words = shown.command.split(separator: " ").dropFirst().map(String.init)
    let verb = words.prefix(1).filter { !$0.hasPrefix("-") }
    let run = try await CommandRun.run(BuiltProduct.path("chaos"), verb + ["--help"])
    #expect(run.ending == .exited(0), "\(shown.place): \(run.errors)")
    let known = Set(run.output.split { !($0.isLetter || $0.isNumber || $0 == "-") })
    for option in words where option.hasPrefix("-") {
      let name = option.prefix { $0 != "=" }
      #expect(known.contains(name), "\(shown.place): chaos \(verb) has no option \(name)")
    }
  }

  @Test func `a command of make names a target that is there`() throws {
    let targets = try ProjectFiles.file("Makefile").lines
      .filter { $0.contains(": ") }.map { $0.prefix { $0 != ":" } }
    for shown in Self.shown where shown.program == "make" {
      for word in shown.command.split(separator: " ").dropFirst() where !word.contains("=") {
        #expect(targets.contains(word), "\(shown.place): the Makefile has no target \(word)")
      }
    }
  }

  @Test func `documents show commands, and only those that these rules know`() {
    let known: Set<String> = ["simlab", ".build/release/simlab", "chaos", "make"]
    let others: Set<String> = ["git", "cd", "sudo", "swift", "docker", "Scripts/live-engine"]
    #expect(!Self.shown.isEmpty)
    for shown in Self.shown {
      #expect(
        known.union(others).contains(shown.program),
        "\(shown.place): nothing checks \(shown.program): see ConsoleTests.swift")
    }
  }

  private static func commands(in fence: Prose.Fence, of file: ProjectFile) -> [Shown] {
    let starts = fence.lines.indices.filter { fence.lines[$0].hasPrefix("$ ") }
    return starts.enumerated().map { order, start in
      let end = order + 1 < starts.count ? starts[order + 1] : fence.lines.count
      var output = fence.lines[(start + 1)..<end]
      // An empty line before the next command is there for the eye.
      if end < fence.lines.count, output.last?.isEmpty == true { output = output.dropLast() }
      return Shown(
        place: "\(file.path):\(fence.number + start)",
        command: String(fence.lines[start].dropFirst(2)),
        output: output.joined(separator: "\n"))
    }
  }

  /// A text in which the time that a run took, a number with a unit, has become `…`.
  private func withoutMeasuredTimes(_ text: String) -> String {
    let parts = text.split(separator: "events in ", omittingEmptySubsequences: false)
    let rest = parts.dropFirst().map { "…" + $0.drop { $0.isNumber || $0.isLetter || $0 == "." } }
    return (parts.prefix(1).map(String.init) + rest).joined(separator: "events in ")
  }
}
