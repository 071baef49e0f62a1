import DockerEngine
import Glibc
import LabTestSupport
import Testing

/// An engine that is reached by a login; in place of `ssh` stands what it runs on the other side.
@Suite(.enabled(if: LiveEngine.isThere, LiveEngine.skipped))
struct LoginTests {
  /// Runs the command with an engine at the end of a login.
  private func chaos(_ words: [String], in lab: LiveLab) throws -> RunningCommand {
    // A program that was just written can be busy: another test's child may still hold it open.
    let programs = BuiltProduct.packageFolder + "/Tests/LiveTests/Programs"
    let path = LiveEngine.environment["PATH"] ?? "/usr/bin:/bin"
    return try RunningCommand(
      BuiltProduct.path("chaos"), words,
      environment: [
        "CHAOS_STATE_DIR": lab.ledger, "DOCKER_HOST": "ssh://lab@elsewhere",
        "LAB_ENGINE": "\(lab.engine.address)", "PATH": "\(programs):\(path)",
      ])
  }

  @Test(arguments: ["kill", "pause"])
  func `a container of another machine is disturbed and comes back`(fault: String) async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let run = try await chaos([fault, web, "--for", "500ms"], in: lab).end()
      #expect(run.ending == .exited(0), "\(run)")
      #expect(try lab.state(web).status == "running")
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test func `after SIGKILL the guardian logs in by itself`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try chaos(["pause", web, "--for", "5s"], in: lab)
      #expect(try await lab.eventually { try lab.state(web).isPaused })
      command.send(SIGKILL)
      _ = try await command.end()
      #expect(try await lab.eventually { try lab.state(web).status == "running" })
      #expect(try await lab.eventually { try await lab.inForce().isEmpty })
    }
  }

  @Test(arguments: [["delay", "--by", "1ms"], ["fail", "--rate", "1%"], ["cpu", "--burn", "1"]])
  func `what is made on the machine itself is refused there`(words: [String]) async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let run = try await chaos([words[0], web] + words.dropFirst(), in: lab).end()
      #expect(run.ending == .exited(65), "\(run)")
      #expect(run.errors.contains("machine"), "\(run)")
      #expect(try await lab.inForce().isEmpty)
    }
  }
}
