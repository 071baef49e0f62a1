import Foundation
import LabTestSupport
import Testing

struct StrategiesPageTests {
  @Test func `the page of strategies is what the catalogue says now`() async throws {
    let run = try await CommandRun.run(
      BuiltProduct.path("simlab"), ["strategies", "--markdown"])
    let page = try ProjectFiles.file("Docs/Strategies.md").text
    #expect(run.ending == .exited(0))
    #expect(run.output == page, "make it anew by: simlab strategies --markdown >Docs/Strategies.md")
  }
}
