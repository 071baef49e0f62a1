import DockerEngine
import Glibc
import LabTestSupport
import Testing

@Suite(.enabled(if: LiveEngine.isThere, LiveEngine.skipped))
struct KillTests {
  @Test func `a killed container is down for the time that was asked, and runs again`()
    async throws
  {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let before = try lab.state(web)
      let start = ContinuousClock.now
      let run = try await lab.chaos("kill", web, "--for", "1s")
      let span = (ContinuousClock.now - start) / .seconds(1)
      #expect(run.ending == .exited(0), "\(run)")
      #expect(run.output.hasPrefix("\(web) was killed (SIGKILL) at "))
      #expect(run.output.hasSuffix(" s, and runs again\n"))
      let after = try lab.state(web)
      #expect(after.status == "running")
      #expect(after.startedAt != before.startedAt)
      let down = try lab.secondsDown(web)
      #expect(down > 0.95 && down < span, "\(down) s of the command's \(span) s")
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test(.enabled(if: LiveEngine.isPrivate, "the container's address may not be reachable"))
  func `its server does not answer during the fault, and answers after it`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      func answers() async throws -> Bool {
        // A container that was down may come back with another address.
        let inspection = try await lab.docker(
          "inspect", "-f", "{{.NetworkSettings.IPAddress}}", web)
        let address = inspection.output.filter { $0 != "\n" }
        let words = ["curl", "-fsS", "-m", "30", "-o", "/dev/null", "http://\(address)/"]
        return try await CommandRun.run("/usr/bin/env", words).ending == .exited(0)
      }
      #expect(try await lab.eventually { try await answers() })
      let command = try lab.start("kill", web, "--for", "600s")
      try await lab.waitUntilDown(web)
      #expect(try await !answers())
      command.send(SIGINT)
      #expect(try await command.end().ending == .exited(130))
      #expect(try await lab.eventually { try await answers() })
    }
  }

  @Test func `a dry run shows the calls and changes nothing`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let before = try lab.engine.inspect(web)
      let run = try await lab.chaos("kill", web, "--for", "1s", "--dry-run", "--signal", "TERM")
      #expect(run.ending == .exited(0))
      let path = "/v\(lab.engine.version)/containers/\(before.id)"
      #expect(run.output.contains("  POST \(path)/kill?signal=SIGTERM\n"))
      #expect(run.output.contains("  POST \(path)/start\n"))
      #expect(try lab.engine.inspect(web) == before)
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test func `with --no-restart it stays down`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let run = try await lab.chaos("kill", web, "--no-restart")
      #expect(run.ending == .exited(0))
      #expect(run.output.hasSuffix("and nothing will start it again\n"))
      #expect(run.errors.isEmpty)
      #expect(try lab.state(web).status == "exited")
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test func `without --for it says what becomes of the restart policy, and that is so`()
    async throws
  {
    try await LiveLab.with { lab in
      let web = try await lab.container(options: ["--restart", "unless-stopped"])
      let run = try await lab.chaos("kill", web)
      #expect(run.ending == .exited(0))
      #expect(run.errors.contains("not even its restart policy unless-stopped"))
      try await Task.sleep(for: .seconds(1))
      #expect(try lab.state(web).status == "exited")
    }
  }

  @Test func `a restart policy is there again after the fault`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container(options: ["--restart", "unless-stopped"])
      let run = try await lab.chaos("kill", web, "--for", "1s")
      #expect(run.ending == .exited(0), "\(run)")
      #expect(try lab.secondsDown(web) > 0.95, "the policy did not interfere")
      let container = try lab.engine.inspect(web)
      #expect(container.restartPolicy == "unless-stopped")
      // The process dies inside, where no engine counts it as a stop by hand.
      _ = try await lab.docker("exec", web, "sh", "-c", "kill -TERM 1")
      #expect(
        try await lab.eventually {
          let state = try lab.state(web)
          return state.status == "running" && state.startedAt != container.state.startedAt
        })
    }
  }

  @Test func `a signal that ends the process is healed like a kill`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let run = try await lab.chaos("kill", web, "--signal", "15", "--for", "1s")
      #expect(run.output.contains("was killed (SIGTERM)"))
      #expect(run.ending == .exited(0), "\(run)")
      #expect(try lab.state(web).status == "running")
    }
  }

  @Test(arguments: [[], ["--for", "1s"]])
  func `a signal that the process survives leaves nothing to heal`(
    options: [String]
  ) async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let before = try lab.state(web)
      let words = ["kill", web, "--signal", "USR1"] + options
      let run = try await CommandRun.run(
        BuiltProduct.path("chaos"), words, environment: ["CHAOS_STATE_DIR": lab.ledger])
      #expect(run.ending == .exited(0), "\(run)")
      #expect(run.output.contains("survived it: it still runs"))
      #expect(try lab.state(web).startedAt == before.startedAt)
      #expect(try await lab.inForce().isEmpty)
    }
  }
}
