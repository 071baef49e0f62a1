import LabTestSupport
import Testing

/// The formatter's own opinion.
struct FormatTests {
  @Test func `swift format has nothing to say`() async throws {
    let folder = BuiltProduct.packageFolder
    let run = try await CommandRun.run(
      "/usr/bin/env",
      ["-C", folder, "swift", "format", "lint", "--strict", "-r", "Sources", "Tests"]
        + ["Package.swift"])
    #expect(run.ending == .exited(0), "run make fmt, then look at what is left:\n\(run.errors)")
  }
}
