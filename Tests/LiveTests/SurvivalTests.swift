import DockerEngine
import FoundationEssentials
import Glibc
import LabTestSupport
import Reporting
import Testing

@Suite(.enabled(if: LiveEngine.isThere, LiveEngine.skipped))
struct SurvivalTests {
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a signal during the fault heals first, even when more follow`(
    signal: Int32
  ) async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start("kill", web, "--for", "600s")
      try await lab.waitUntilDown(web)
      command.send(signal)
      for other in [SIGINT, SIGTERM, SIGHUP] { command.send(other) }
      let run = try await command.end()
      // The kernel hands out signals that wait together in an order of its own.
      let statuses = [129, 130, 143].map { CommandRun.Ending.exited($0) }
      #expect(statuses.contains(run.ending), "\(run)")
      #expect(try lab.state(web).status == "running")
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `an interrupted fault ends with its own status, healed`(
    signal: Int32
  ) async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start("kill", web, "--for", "600s")
      try await lab.waitUntilDown(web)
      command.send(signal)
      let run = try await command.end()
      #expect(run.ending == .exited(128 + signal), "\(run)")
      #expect(run.output.contains("runs again"))
      #expect(try lab.state(web).status == "running")
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test(arguments: [0, 2, 5, 10, 15, 20, 30, 45, 70, 120, 300, 900, 1500])
  func `killed at any moment, the container runs on time and the ledger is empty`(
    milliseconds: Int
  ) async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let before = try lab.state(web)
      let command = try lab.start("kill", web, "--for", "2s")
      try await Task.sleep(for: .milliseconds(milliseconds))
      command.send(SIGKILL)
      #expect(try await command.end().ending == .signalled(SIGKILL))
      let until = try await lab.inForce().first?["until"]?.string
      #expect(
        try await lab.eventually {
          let nothing = try await lab.inForce().isEmpty
          return try nothing && lab.state(web).status == "running"
        })
      // A kill that was on its way when its sender died may still be on its way.
      try await Task.sleep(for: .milliseconds(300))
      let after = try lab.state(web)
      #expect(after.status == "running")
      if after.startedAt != before.startedAt, let until {
        let late = try lab.date(after.startedAt).timeIntervalSince(lab.date(until))
        #expect(late > -0.1 && late < 30, "the guardian is on time, as far as it can")
      }
    }
  }

  @Test func `after both were killed, chaos heal starts the container`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start("kill", web, "--for", "600s")
      try await lab.waitUntilDown(web)
      let id = try await lab.crashGuardian(besides: command.pid)
      command.send(SIGKILL)
      _ = try await command.end()
      #expect(try await lab.chaos("status").output.contains("nobody: run chaos heal \(id)"))
      let run = try await lab.chaos("heal", id)
      #expect(run.ending == .exited(0), "\(run)")
      #expect(run.output == "\(id): \(web) was started again and runs\n")
      #expect(try lab.state(web).status == "running")
      #expect(try await lab.chaos("heal", "--all").output == "nothing is in force\n")
    }
  }

  @Test func `chaos heal takes over from a living owner, which says so`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start("kill", web, "--for", "600s")
      try await lab.waitUntilDown(web)
      let status = try await lab.chaos("status")
      #expect(status.output.contains("kill   \(web)"))
      #expect(!status.output.contains("nobody"))
      #expect(try await lab.chaos("heal", web).ending == .exited(0))
      let run = try await command.end()
      #expect(run.ending == .exited(0), "\(run)")
      #expect(run.output.contains("was healed early by another chaos process"))
      #expect(try lab.state(web).status == "running")
    }
  }

  @Test func `an engine that goes away leaves the ledger, and chaos heal succeeds later`()
    async throws
  {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let detour = try lab.detour()
      let command = try lab.start("kill", web, "--for", "600s", engine: detour.address)
      try await lab.waitUntilDown(web)
      // Nobody is to come back before it is looked at.
      let id = try await lab.crashGuardian(besides: command.pid)
      detour.take()
      command.send(SIGINT)
      let run = try await command.end()
      #expect(run.ending == .exited(69), "what remains weighs more than the signal: \(run)")
      #expect(run.errors.contains("its guardian is gone: chaos heal \(id) undoes it"))
      #expect(try await lab.chaos("heal", id).ending == .exited(69))
      #expect(try await lab.inForce().count == 1)
      detour.giveBack()
      #expect(try await lab.chaos("heal", id).ending == .exited(0))
      #expect(try lab.state(web).status == "running")
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test func `a guardian waits for an engine that comes back`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let detour = try lab.detour()
      let command = try lab.start("kill", web, "--for", "6s", engine: detour.address)
      try await lab.waitUntilDown(web)
      // Both have agreed on the guardian by now: the engine answered after that.
      command.send(SIGKILL)
      _ = try await command.end()
      detour.take()
      try await lab.wait(until: try await lab.inForce().first?["until"])
      try await Task.sleep(for: .seconds(1))
      #expect(try !lab.state(web).isRunning)
      detour.giveBack()
      #expect(try await lab.eventually { try lab.state(web).status == "running" })
      #expect(try await lab.eventually { try await lab.inForce().isEmpty })
    }
  }

  @Test func `a container that is removed during the fault is no error`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start("kill", web, "--for", "600s")
      try await lab.waitUntilDown(web)
      _ = try await lab.docker("rm", "-f", web)
      command.send(SIGINT)
      let run = try await command.end()
      #expect(run.ending == .exited(130), "\(run)")
      #expect(run.output.contains("was removed meanwhile"))
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test func `a container that somebody starts and stops during the fault stays stopped`()
    async throws
  {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start("kill", web, "--for", "600s")
      try await lab.waitUntilDown(web)
      _ = try await lab.docker("start", web)
      _ = try await lab.docker("kill", web)
      command.send(SIGINT)
      let run = try await command.end()
      #expect(run.ending == .exited(130), "\(run)")
      #expect(run.output.contains("it is left as it is"))
      #expect(try lab.state(web).status == "exited")
    }
  }
}
