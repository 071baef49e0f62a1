import FoundationEssentials
import LabTestSupport
import Testing

/// The code that documents tell a reader to write.
struct ExampleTests {
  @Test func `the strategy in CONTRIBUTING compiles as it stands`() async throws {
    let document = try ProjectFiles.file("CONTRIBUTING.md")
    let fences = Prose.fences(of: document, in: "swift").filter { fence in
      fence.lines.contains { $0.contains(": Strategy") }
    }
    let example = try #require(fences.first, "CONTRIBUTING.md:1: show a strategy, whole")
    let folder = try TemporaryFolder()
    // In its place the file is part of the module; here it has to import it.
    let code = "import ClusterModel\n" + example.lines.joined(separator: "\n") + "\n"
    let file = try folder.write(code, to: "Example.swift")
    let products = try URL(filePath: BuiltProduct.path("simlab")).deletingLastPathComponent().path
    let run = try await CommandRun.run(
      "/usr/bin/env",
      ["swiftc", "-typecheck", "-swift-version", "6", "-warnings-as-errors", "-parse-as-library"]
        + ["-enable-upcoming-feature", "MemberImportVisibility", "-I", "\(products)/Modules"]
        + ["-I", "\(BuiltProduct.packageFolder)/Sources/CMemory", file])
    #expect(run.ending == .exited(0), "CONTRIBUTING.md:\(example.number):\n\(run.errors)")
  }

  @Test func `the line in CONTRIBUTING that adds a strategy is as those of the catalogue`() throws {
    let document = try ProjectFiles.file("CONTRIBUTING.md")
    let catalog = try ProjectFiles.file("Sources/ClusterModel/StrategyCatalog.swift")
    let form = "StrategyEntry("
    #expect(document.text.contains(form) && catalog.text.contains(form))
  }
}
