import DockerEngine
import FoundationEssentials
import Glibc
import LabTestSupport
import Reporting
import Testing

@Suite(.enabled(if: LiveEngine.isThere && LiveEngine.isPrivate, LiveEngine.skipped))
struct GroupTests {
  /// The CPU time that a container has used, its groups included, in seconds.
  private func secondsUsed(_ id: String) -> Double {
    let first = "/sys/fs/cgroup/cpuacct/docker/\(id)/cpuacct.usage"
    if let data = try? Data(contentsOf: URL(filePath: first)) {
      let text = String(decoding: data, as: UTF8.self).filter { $0 != "\n" }
      return (Double(text) ?? 0) / 1e9
    }
    let files = ["docker/\(id)", "system.slice/docker-\(id).scope"]
    for file in files {
      let url = URL(filePath: "/sys/fs/cgroup/\(file)/cpu.stat")
      guard let data = try? Data(contentsOf: url) else { continue }
      let words = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      return (words.dropFirst().first.flatMap { Double($0) } ?? 0) / 1e6
    }
    return 0
  }

  @Test func `a load uses CPU time of the container, and no more than its limit`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container(options: ["--cpus", "0.2"])
      let id = try lab.engine.inspect(web).id
      let (before, start) = (secondsUsed(id), ContinuousClock.now)
      let run = try await lab.chaos("cpu", web, "--burn", "2", "--for", "2s")
      #expect(run.ending == .exited(0), "\(run)")
      #expect(run.output.contains("had to compete with a load of 2.0 cores"))
      let used = secondsUsed(id) - before
      let span = (ContinuousClock.now - start) / .seconds(1)
      // A quota counts in periods of 0.1 s, of which the first and the last are not whole.
      #expect(used > 0.05 && used < 0.2 * span * 1.25 + 0.1, "\(used) s in \(span) s")
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test func `a limit of CPU time slows down what runs in the container`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let id = try lab.engine.inspect(web).id
      let command = try lab.start("cpu", web, "--cpus", "0.1", "--for", "600s")
      try await lab.waitForFaults()
      let (before, start) = (secondsUsed(id), ContinuousClock.now)
      _ = try await lab.docker("exec", web, "timeout", "1.5", "sh", "-c", "while :; do :; done")
      let used = secondsUsed(id) - before
      let span = (ContinuousClock.now - start) / .seconds(1)
      #expect(used < 0.1 * span * 1.25 + 0.1, "\(used) s in \(span) s")
      command.send(SIGINT)
      #expect(try await command.end().ending == .exited(130))
    }
  }

  @Test func `a fault follows its container into a new run`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start("pause", web, "--for", "600s")
      #expect(try await lab.eventually { try lab.state(web).isPaused })
      let before = try lab.state(web)
      _ = try await lab.docker("restart", "-t", "0", web)
      #expect(
        try await lab.eventually {
          let state = try lab.state(web)
          return state.isPaused && state.startedAt != before.startedAt
        })
      try await lab.waitForFaults()
      command.send(SIGINT)
      let run = try await command.end()
      #expect(run.output.contains("through 1 of its restarts, and goes on"), "\(run)")
      #expect(try lab.state(web).status == "running")
    }
  }

  @Test func `a full disk under the ledger changes nothing`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let before = try lab.state(web)
      try FileManager.default.createDirectory(
        atPath: lab.ledger, withIntermediateDirectories: true)
      let words = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", lab.ledger]
      let mount = try await CommandRun.run("/usr/bin/env", words)
      try #require(mount.ending == .exited(0), "\(mount)")
      // Writing until there is no room fails in the end, and what was written stays.
      for number in 0..<17 {
        try? Data(count: 4096).write(to: URL(filePath: "\(lab.ledger)/filler-\(number)"))
      }
      let run = try await lab.chaos("pause", web, "--for", "1s")
      _ = try await CommandRun.run("/usr/bin/env", ["umount", "-l", lab.ledger])
      #expect(run.ending == .exited(70), "\(run)")
      #expect(run.errors.contains("No space left on device"))
      #expect(run.errors.hasSuffix("; nothing was changed.\n"))
      #expect(try lab.state(web) == before)
    }
  }

  @Test func `two targets are hit and healed together`() async throws {
    try await LiveLab.with { lab in
      let first = try await lab.container("a")
      let second = try await lab.container("b")
      let pattern = String(first.dropLast()) + "*"
      let command = try lab.start("pause", "--pattern", pattern, "--for", "600s")
      try await lab.waitForFaults(2)
      #expect(try lab.state(first).isPaused && lab.state(second).isPaused)
      command.send(SIGTERM)
      #expect(try await command.end().ending == .exited(143))
      #expect(try lab.state(first).status == "running")
      #expect(try lab.state(second).status == "running")
    }
  }

  @Test func `a guardian makes the fault again in the place of a dead command`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start("pause", web, "--for", "600s")
      try await lab.waitForFaults()
      command.send(SIGKILL)
      _ = try await command.end()
      let before = try lab.state(web)
      _ = try await lab.docker("restart", "-t", "0", web)
      #expect(
        try await lab.eventually {
          let state = try lab.state(web)
          return state.isPaused && state.startedAt != before.startedAt
        })
      // Whoever stands guard undoes it when he is told to go.
      for guardian in try await CampaignTests.processes("guard", of: lab) {
        kill(guardian, SIGTERM)
      }
      #expect(try await lab.eventually { try lab.state(web).status == "running" })
      #expect(try await lab.eventually { try await lab.inForce().isEmpty })
    }
  }

  @Test func `the doctor says how each fault would be made`() async throws {
    try await LiveLab.with { lab in
      let run = try await lab.chaos("doctor", "--format", "json")
      #expect(run.ending == .exited(0), "\(run)")
      let report = try JSONValue(parsing: run.output)
      guard case .array(let faults)? = report["faults"] else {
        Issue.record("no faults: \(run)")
        return
      }
      let ways = faults.map { ($0["fault"]?.string ?? "", $0["via"]?.string ?? "none") }
      #expect(ways.contains { $0 == ("kill", "engine") })
      #expect(ways.contains { $0 == ("cpu", "cgroup") })
      #expect(ways.contains { $0 == ("fail", "filter") })
    }
  }
}
