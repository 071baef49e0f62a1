import FoundationEssentials
import LabTestSupport
import Reporting
import Testing

@Suite struct CommandLineTests {
  @Test func `alone it prints its help`() async throws {
    let run = try await Chaos().run()
    #expect(run.status == 0)
    for verb in ["kill", "stop", "pause", "cpu", "memory", "status", "heal"] {
      #expect(run.output.contains("\n  \(verb) "))
    }
    for verb in ["guard ", "burn "] {
      #expect(!run.output.contains(verb), "the verbs of our own processes are not for people")
    }
  }

  @Test func `it says its version`() async throws {
    let run = try await Chaos().run("--version")
    #expect(run.output == "0.1.0\n")
    #expect(run.status == 0)
  }

  @Test(arguments: [
    ["kill"], ["pause", "--for", "1s"], ["pause", "a", "--for", "0s"],
    ["kill", "a", "--for", "30"], ["kill", "a", "--for", "0s"], ["kill", "a", "--for", "-1s"],
    ["kill", "a", "--signal", "NONE"], ["kill", "a", "--signal", "STOP"],
    ["kill", "a", "--for", "1s", "--no-restart"], ["kill", "a", "--any", "0"],
    ["kill", "a", "--max-targets", "0"], ["kill", "a", "--for", "1s", "--times", "2"],
    ["kill", "a", "--every", "1s"], ["kill", "a", "--every", "1s", "--for", "2s"],
    ["kill", "a", "--on-restart", "wait"], ["cpu", "a"], ["cpu", "a", "--cpus", "0"],
    ["cpu", "a", "--cpus", "1", "--burn", "1"], ["memory", "a"],
    ["memory", "a", "--limit", "32X"], ["memory", "a", "--fill", "0"],
    ["drop", "a", "--rate", "140%"], ["drop", "a"], ["fail", "a"], ["fail", "a", "--rate", "140%"],
    ["fail", "a", "--rate", "10%", "--status", "200"], ["dns", "a", "--mode", "refused"],
    ["disk", "a"], ["disk", "a", "--fill", "1G", "--path", "data"], ["disk", "a", "--burn", "0"],
    ["partition", "a", "--shape", "halves", "--from", "b"], ["partition", "a", "--shape", "ring"],
    ["heal", "a", "--all"], ["status", "--format", "xml"], ["kil"],
  ])
  func `a command line that cannot be meant ends with 64`(words: [String]) async throws {
    let chaos = try Chaos()
    let run = try await CommandRun.run(
      BuiltProduct.path("chaos"), words,
      environment: ["CHAOS_STATE_DIR": chaos.ledger, "DOCKER_HOST": "unix:///nowhere/a.sock"])
    #expect(run.status == 64, "\(run)")
    #expect(run.errors.hasPrefix("Error: "))
    #expect(run.output.isEmpty)
  }

  @Test func `an engine that is not there ends with 69, and nothing is written`() async throws {
    let chaos = try Chaos()
    let run = try await chaos.run("kill", "web", "--for", "1s")
    #expect(run.status == 69)
    #expect(
      run.errors
        == "Error: the container engine at unix:///nowhere/engine.sock cannot be reached (No such"
        + " file or directory); start it, or set DOCKER_HOST.\n")
    #expect(!FileManager.default.fileExists(atPath: chaos.ledger))
  }

  @Test func `a login that fails ends with 69, and with what ssh said`() async throws {
    let chaos = try Chaos()
    // A program that was just written can be busy: another test's child may still hold it open.
    let programs = BuiltProduct.packageFolder + "/Tests/ChaosTests/Programs"
    let run = try await chaos.run(
      "kill", "web",
      environment: [
        "DOCKER_HOST": "ssh://me@host:22", "PATH": "\(programs):/usr/bin:/bin",
      ])
    #expect(run.status == 69)
    #expect(
      run.errors.contains(
        "ssh://me@host:22 cannot be reached (-o BatchMode=yes -o ConnectTimeout=10 -T --"
          + " ssh://me@host:22 docker system dial-stdio)"), "\(run)")
  }

  @Test func `a ledger whose place is not absolute ends with 65`() async throws {
    let run = try await Chaos().run("status", environment: ["CHAOS_STATE_DIR": "here"])
    #expect(run.status == 65)
    #expect(run.errors.contains("CHAOS_STATE_DIR is here"))
  }
}

@Suite struct LedgerCommandTests {
  /// An entry as an earlier run of the machine left it.
  private func leave(_ id: String, in chaos: Chaos) throws {
    try FileManager.default.createDirectory(
      atPath: chaos.ledger, withIntermediateDirectories: true)
    let text = """
      {"format": 1, "id": "\(id)", "fault": "kill", "parameters": {"signal": "SIGKILL"},
       "engine": "unix:///nowhere/engine.sock", "undo": "start", "state": "applied",
       "target": {"id": "f00d", "name": "web", "started_at": "2026-11-21T09:00:00Z"},
       "since": "2026-11-21T10:00:00.000Z", "until": "2026-11-21T10:00:30.000Z",
       "owner": {"pid": 1, "start_ticks": 0, "boot": "earlier"}}
      """
    try Data(text.utf8).write(to: URL(filePath: "\(chaos.ledger)/\(id).json"))
  }

  @Test func `an empty ledger has nothing in force`() async throws {
    let chaos = try Chaos()
    #expect(try await chaos.run("status").output == "nothing is in force\n")
    #expect(try await chaos.run("status", "--format", "json").output == "[\n\n]\n")
    #expect(try await chaos.run("heal").output == "nothing is in force\n")
    #expect(try await chaos.run("heal", "--all").status == 0)
  }

  @Test func `a fault that nobody guards is listed with the way out`() async throws {
    let chaos = try Chaos()
    try leave("kill-1", in: chaos)
    let run = try await chaos.run("status")
    #expect(run.status == 0)
    #expect(run.output.contains("nobody: run chaos heal kill-1"))
  }

  @Test func `the list as JSON carries every field`() async throws {
    let chaos = try Chaos()
    try leave("kill-1", in: chaos)
    let list = try JSONValue(parsing: try await chaos.run("status", "--format", "json").output)
    guard case .array(let rows) = list, let row = rows.first else {
      Issue.record("no list: \(list)")
      return
    }
    #expect(row["id"] == .string("kill-1"))
    #expect(row["fault"] == .string("kill"))
    #expect(row["target"] == .string("web"))
    #expect(row["container"] == .string("f00d"))
    #expect(row["until"] == .string("2026-11-21T10:00:30.000Z"))
    #expect(row["guarded_by"] == .array([]))
    #expect(row["parameters"]?["signal"] == .string("SIGKILL"))
  }

  @Test func `healing without an engine ends with 69 and keeps the entry`() async throws {
    let chaos = try Chaos()
    try leave("kill-1", in: chaos)
    let run = try await chaos.run("heal", "kill-1")
    #expect(run.status == 69)
    #expect(run.errors.hasPrefix("kill-1: the container engine at unix:///nowhere/engine.sock"))
    #expect(try await chaos.run("status").output.contains("kill-1"))
  }

  @Test func `a fault that is not in force is refused with those that are`() async throws {
    let chaos = try Chaos()
    try leave("kill-1", in: chaos)
    let run = try await chaos.run("heal", "kill-2")
    #expect(run.status == 65)
    #expect(run.errors == "Error: No fault kill-2 is in force; in force are kill-1.\n")
  }

  @Test func `with several in force one has to be named`() async throws {
    let chaos = try Chaos()
    try leave("kill-1", in: chaos)
    try leave("kill-2", in: chaos)
    let run = try await chaos.run("heal")
    #expect(run.status == 64)
    #expect(run.errors.contains("(kill-1, kill-2)"))
  }

  @Test func `a file that is no entry is reported with 65`() async throws {
    let chaos = try Chaos()
    try leave("kill-1", in: chaos)
    try Data("{".utf8).write(to: URL(filePath: chaos.ledger + "/kill-0.json"))
    let run = try await chaos.run("status")
    #expect(run.status == 65)
    #expect(run.output.contains("kill-1"))
    #expect(run.errors.contains("kill-0.json is no entry of the ledger"))
  }
}
