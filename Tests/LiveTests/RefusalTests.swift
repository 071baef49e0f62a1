import DockerEngine
import LabTestSupport
import Testing

@Suite(.enabled(if: LiveEngine.isThere, LiveEngine.skipped))
struct RefusalTests {
  @Test func `a target that is not there is refused with a near name`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let run = try await lab.chaos("kill", web + "x", "--for", "1s")
      #expect(run.ending == .exited(65))
      #expect(run.errors == "Error: there is no container \(web)x; did you mean \(web)?\n")
      #expect(try lab.state(web).status == "running")
    }
  }

  @Test func `a target that does not run is refused`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container(verb: "create")
      let run = try await lab.chaos("kill", web, "--for", "1s")
      #expect(run.ending == .exited(65))
      #expect(run.errors.contains("\(web) does not run (created)"))
      #expect(try lab.state(web).status == "created")
    }
  }

  @Test func `a paused target is refused and stays paused`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      _ = try await lab.docker("pause", web)
      let run = try await lab.chaos("kill", web, "--for", "1s")
      #expect(run.ending == .exited(65))
      #expect(run.errors.contains("docker unpause \(web)"))
      #expect(try lab.state(web).isPaused)
      _ = try await lab.docker("unpause", web)
    }
  }

  @Test func `more targets than allowed are refused with their names`() async throws {
    try await LiveLab.with { lab in
      let label = ["--label", "com.docker.compose.service=\(lab.folder.path)"]
      let first = try await lab.container("a", options: label)
      let second = try await lab.container("b", options: label)
      let run = try await lab.chaos(
        "kill", lab.folder.path, "--for", "1s", "--max-targets", "1")
      #expect(run.ending == .exited(65))
      #expect(run.errors.contains("fits 2 containers (\(first), \(second)), more than 1 at once"))
      #expect(try lab.state(first).isRunning && lab.state(second).isRunning)
    }
  }

  @Test func `a service of one container and an identifier's beginning are accepted`()
    async throws
  {
    try await LiveLab.with { lab in
      let service = lab.folder.path
      let web = try await lab.container(
        options: ["--label", "com.docker.compose.service=\(service)"])
      let byService = try await lab.chaos("kill", service, "--dry-run")
      #expect(byService.output.hasPrefix("on \(web) "))
      let id = String(try lab.engine.inspect(web).id.prefix(12))
      #expect(try await lab.chaos("kill", id, "--dry-run").output.hasPrefix("on \(web) "))
    }
  }

  @Test func `a protected target is refused`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container(options: ["--label", "chaos.protect=true"])
      let run = try await lab.chaos("kill", web, "--for", "1s")
      #expect(run.ending == .exited(77))
      #expect(try lab.state(web).status == "running")
    }
  }

  @Test func `a target that would vanish is refused`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container(options: ["--rm"])
      let run = try await lab.chaos("kill", web, "--for", "1s")
      #expect(run.ending == .exited(65))
      #expect(try lab.state(web).status == "running")
    }
  }

  @Test func `a ledger that cannot be written changes nothing`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let before = try lab.state(web)
      _ = try lab.folder.write("", to: "ledger")
      let run = try await lab.chaos("kill", web, "--for", "1s")
      #expect(run.ending == .exited(70))
      #expect(run.errors.contains(lab.ledger))
      #expect(try lab.state(web) == before)
    }
  }
}
