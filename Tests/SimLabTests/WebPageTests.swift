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

  @Test(.enabled(if: isThere, "chromium is not installed"))
  func `a page of a run under faults tells it second by second, and its slowest requests`()
    async throws
  {
    let folder = try TemporaryFolder()
    let file = threeWeighted.replacing("three-weighted", with: "one-goes-away")
    let page = folder.path + "/run.html"
    let run = try await simlab("run", file, "--html", page)
    #expect(run.ending == .exited(0) && !run.output.contains("Request "), "\(run)")
    let text = try await opened(page, in: folder)
    #expect(text.contains("data-drawn=\"5\"") && text.contains("<h2>Over time</h2>"))
    #expect(text.contains("<b>down</b>") && text.contains("<b>marked down</b>"))
    #expect(text.contains("class=\"waterfall\"") && text.contains("attempt failed"))
    #expect(text.contains("simlab 0.1.0"))
    // The question of a topology stands in the comment that opens its file.
    #expect(text.contains("<p class=\"question\">") && text.contains("?</p>"))
  }

  @Test(.enabled(if: isThere, "chromium is not installed"))
  func `a browser draws load against latency of a sweep`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(impatient, to: "impatient.yaml")
    let page = folder.path + "/sweep.html"
    let run = try await simlab(
      "sweep", file, "--vary", "clients.late.open.rate=50/s..150/s:50/s", "--vary",
      "balancer.strategy=random,round-robin", "--html", page)
    #expect(run.ending == .exited(0) && run.errors.isEmpty, "\(run)")
    let text = try await opened(page, in: folder)
    #expect(text.contains("data-drawn=\"4\"") && text.contains("of the latency by clients.late"))
    #expect(text.contains("The slowest in a hundred requests took from"))
  }

  @Test func `a page that cannot be written is one sentence, and nothing is left`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(impatient, to: "impatient.yaml")
    let run = try await simlab("run", file, "--html", "\(folder.path)/missing/report.html")
    #expect(run.ending == .exited(65) && run.output.isEmpty, "\(run)")
    #expect(run.errors.contains("cannot be written: No such file or directory."))
  }
}
