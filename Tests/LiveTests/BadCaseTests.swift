import DockerEngine
import FoundationEssentials
import Glibc
import LabTestSupport
import Reporting
import Testing

/// What must end with one sentence and the right status, and change nothing.
@Suite(.enabled(if: LiveEngine.isThere && LiveEngine.isPrivate, LiveEngine.skipped))
struct BadCaseTests {
  /// Runs a command on a container that it must leave as it is.
  private func refused(
    _ words: [String], on web: String, in lab: LiveLab, status: Int32, saying sentence: String
  ) async throws {
    let before = try lab.state(web)
    let run = try await lab.start(words).end()
    #expect(run.ending == .exited(status), "\(run)")
    #expect(run.errors.hasPrefix("Error: ") && run.errors.hasSuffix(".\n"), "\(run)")
    #expect(run.errors.contains(sentence), "\(run)")
    #expect(run.errors.filter { $0 == "\n" }.count == 1, "one sentence")
    #expect(run.output.isEmpty)
    #expect(try lab.state(web) == before)
    #expect(try await lab.inForce().isEmpty)
  }

  @Test func `the network of the machine is never disturbed`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container(options: ["--network", "host"])
      for words in [["delay", web, "--by", "1ms"], ["partition", web], ["dns", web]] {
        try await refused(
          words, on: web, in: lab, status: 65, saying: "uses the network of the machine itself")
      }
    }
  }

  @Test func `a network that is another container's is not disturbed`() async throws {
    try await LiveLab.with { lab in
      let first = try await lab.container("first")
      // The image listens on the same port twice over, so the second does nothing but sleep.
      let second = try await lab.container(
        "second", options: ["--network", "container:\(first)", "--entrypoint", "sleep"],
        words: ["600"])
      try await refused(
        ["drop", second, "--rate", "10%"], on: second, in: lab, status: 65,
        saying: "shares the network of the container")
    }
  }

  @Test func `an aim that fits nothing is refused`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      try await refused(
        ["pause", "--pattern", "no-such-*"], on: web, in: lab, status: 65,
        saying: "--pattern 'no-such-*' fits no running container")
      try await refused(
        ["partition", web, "--shape", "halves"], on: web, in: lab, status: 65,
        saying: "needs at least 2 running containers")
    }
  }

  @Test func `a disk that is full under the ledger changes nothing`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      try FileManager.default.createDirectory(
        atPath: lab.ledger, withIntermediateDirectories: true)
      try #require(mount("none", lab.ledger, "tmpfs", 0, "size=64k") == 0)
      defer { umount2(lab.ledger, Int32(MNT_DETACH)) }
      let filler = open(lab.ledger + "/filler", O_WRONLY | O_CREAT, 0o600)
      let page = [UInt8](repeating: 1, count: 4096)
      while write(filler, page, page.count) > 0 {}
      close(filler)
      try await refused(
        ["kill", web, "--for", "1s"], on: web, in: lab, status: 70,
        saying: "No space left on device")
    }
  }

  @Test func `a folder that only reads changes nothing`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      try FileManager.default.createDirectory(
        atPath: lab.ledger, withIntermediateDirectories: true)
      try #require(mount("none", lab.ledger, "tmpfs", UInt(MS_RDONLY), nil) == 0)
      defer { umount2(lab.ledger, Int32(MNT_DETACH)) }
      try await refused(
        ["pause", web, "--for", "1s"], on: web, in: lab, status: 77,
        saying: "nothing was changed")
    }
  }

  @Test func `a disk that only reads in the end leaves the container running, and says so`()
    async throws
  {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      try FileManager.default.createDirectory(
        atPath: lab.ledger, withIntermediateDirectories: true)
      try #require(mount("none", lab.ledger, "tmpfs", 0, nil) == 0)
      defer { umount2(lab.ledger, Int32(MNT_DETACH)) }
      let command = try lab.start("pause", web, "--for", "600s")
      try await lab.waitForFaults()
      // The guardian keeps its log open for writing, so the machine is forced.
      _ = try await lab.crashGuardian(besides: command.pid)
      #expect(
        try await lab.eventually {
          mount("none", lab.ledger, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0
        })
      command.send(SIGINT)
      let run = try await command.end()
      #expect(run.ending == .exited(77), "what remains weighs more than the signal: \(run)")
      #expect(run.errors.contains("and goes on; but its entry stays, because"), "\(run)")
      #expect(try lab.state(web).status == "running")
    }
  }

  @Test func `without rights nothing is changed`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let before = try lab.state(web)
      let words = ["--reuid", "65534", "--clear-groups", try BuiltProduct.path("chaos")]
      let run = try await CommandRun.run(
        "/usr/bin/setpriv", words + ["pause", web, "--for", "1s"],
        environment: ["CHAOS_STATE_DIR": "/tmp/nobody-\(getpid())"])
      #expect(run.ending == .exited(77), "\(run)")
      #expect(run.errors.contains("you may not use the container engine"), "\(run)")
      #expect(try lab.state(web) == before)
    }
  }
}
