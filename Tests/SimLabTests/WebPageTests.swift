import FoundationEssentials
import LabTestSupport
import Testing

private let chromium = "/usr/bin/chromium"
private let isThere = FileManager.default.isExecutableFile(atPath: chromium)

@Suite struct WebPageTests {
  /// The page as the browser has it after its scripts have run.
  private func opened(_ file: String, in folder: TemporaryFolder) async throws -> String {
    let run = try await CommandRun.run(
      chromium,
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path)/profile",
        "--virtual-time-budget=5000", "--dump-dom", "file://\(file)",
      ], environment: ["HOME": folder.path])
    #expect(run.ending == .exited(0), "\(run)")
    return run.output
  }

  @Test(.enabled(if: isThere, "chromium is not installed"))
  func `a browser without a network draws every chart of a comparison`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(impatient, to: "impatient.yaml")
    let page = folder.path + "/report.html"
    let run = try await simlab(
      "compare", file, "--strategies", "random,least-connections", "--replications", "5", "--html",
      page)
    #expect(run.ending == .exited(0) && run.errors.isEmpty, "\(run)")
    let text = try await opened(page, in: folder)
    #expect(text.contains("data-drawn=\"5\""))
    #expect(text.contains("<p class=\"answer\">"))
    #expect(text.contains("replications of each"))
  }

  @Test(.enabled(if: isThere, "chromium is not installed"))
  func `a browser draws every chart of a run, and shows the file`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(impatient, to: "impatient.yaml")
    let page = folder.path + "/run.html"
    let run = try await simlab("run", file, "--html", page)
    #expect(run.ending == .exited(0), "\(run)")
    let text = try await opened(page, in: folder)
    #expect(text.contains("data-drawn=\"3\"") && text.contains("name: impatient"))
  }

  @Test func `a page that cannot be written is one sentence, and nothing is left`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(impatient, to: "impatient.yaml")
    let run = try await simlab("run", file, "--html", "\(folder.path)/missing/report.html")
    #expect(run.ending == .exited(65) && run.output.isEmpty, "\(run)")
    #expect(run.errors.contains("cannot be written: No such file or directory."))
  }
}
