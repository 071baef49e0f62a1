import DockerEngine
import FoundationEssentials
import Glibc
import LabTestSupport
import Testing

/// Answers in the place of a container, or to it, in its own network.
@Suite(.enabled(if: LiveEngine.isThere && LiveEngine.isPrivate, LiveEngine.skipped))
struct AnswerTests {
  /// Asks a container so often, from the machine, and counts the answers by their status.
  private func ask(_ web: String, times: Int, in lab: LiveLab) async throws -> [String: Int] {
    let address = try #require(
      try lab.engine.inspect(web).networks.values.map(\.address).first { !$0.isEmpty })
    let script =
      "for i in $(seq \(times)); do"
      + " curl -s -m 30 -o /dev/null -w '%{http_code}\\n' http://\(address):80/; done"
    let run = try await CommandRun.run("/bin/sh", ["-c", script])
    return run.output.split(separator: "\n").reduce(into: [:]) { $0[String($1), default: 0] += 1 }
  }

  @Test func `all connections are answered with the status, and none after the end`()
    async throws
  {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      #expect(try await lab.eventually { try await ask(web, times: 1, in: lab)["200"] == 1 })
      let words = ["fail", web, "--rate", "100%", "--status", "502", "--for"]
      let command = try lab.start(words + ["600s"])
      #expect(try await lab.eventually { try await ask(web, times: 1, in: lab)["502"] == 1 })
      #expect(try await ask(web, times: 20, in: lab) == ["502": 20])
      command.send(SIGINT)
      #expect(try await command.end().ending == .exited(130))
      #expect(try await ask(web, times: 20, in: lab) == ["200": 20])
      let run = try await lab.start(words + ["1s"]).end()
      #expect(run.ending == .exited(0), "\(run)")
      #expect(run.output.contains("had 100% of its connections answered with 502"))
      #expect(try await ask(web, times: 20, in: lab) == ["200": 20])
    }
  }

  @Test func `a share of the connections is answered, and the kernel ends it alone`()
    async throws
  {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start("fail", web, "--rate", "50%", "--for", "600s")
      #expect(try await lab.eventually { try await ask(web, times: 5, in: lab)["503"] != nil })
      let answers = try await ask(web, times: 100, in: lab)
      #expect((25...75).contains(answers["503"] ?? 0), "\(answers)")
      #expect((25...75).contains(answers["200"] ?? 0), "\(answers)")
      // Nobody of ours is left: neither the command, nor its guardian, nor who answers.
      _ = try await lab.crashGuardian(besides: command.pid)
      command.send(SIGKILL)
      let words = ["-c", "pgrep -f '^chaos hold \(lab.ledger) '"]
      let holders = try await CommandRun.run("/bin/sh", words).output.split(separator: "\n")
      for holder in holders.compactMap({ pid_t($0) }) { kill(holder, SIGKILL) }
      _ = try await command.end()
      #expect(
        try await lab.eventually { try await ask(web, times: 10, in: lab) == ["200": 10] })
      #expect(try await lab.chaos("heal", "--all").ending == .exited(0))
    }
  }

  @Test func `a name does not exist as long as the fault lasts`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let script = "print((getaddrinfo('lab.example', 80))[0])"
      let command = try lab.start("dns", web, "--mode", "nxdomain", "--for", "600s")
      #expect(
        try await lab.eventually {
          let run = try await lab.docker("exec", web, "perl", "-MSocket=:all", "-e", script)
          return run.output.contains("Name or service not known")
        })
      command.send(SIGINT)
      #expect(try await command.end().ending == .exited(130))
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test func `a keeper that dies is noticed, and the command says so`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start("fail", web, "--rate", "100%", "--for", "600s")
      #expect(try await lab.eventually { try await ask(web, times: 1, in: lab)["503"] == 1 })
      let found = try await CommandRun.run(
        "/bin/sh", ["-c", "pgrep -f '^chaos hold \(lab.ledger) '"])
      let holder = try #require(found.output.split(separator: "\n").compactMap { pid_t($0) }.first)
      kill(holder, SIGKILL)
      let run = try await command.end()
      #expect(run.ending == .exited(70), "\(run)")
      #expect(run.errors.contains("keeps this fault up died"), "\(run)")
      #expect(try await ask(web, times: 5, in: lab) == ["200": 5])
      #expect(try await lab.inForce().isEmpty)
    }
  }
}
