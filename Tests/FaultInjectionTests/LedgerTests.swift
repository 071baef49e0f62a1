import ExperimentModel
import FaultInjection
import FoundationEssentials
import Glibc
import LabTestSupport
import Testing

@Suite struct LedgerTests {
  /// An entry as it stands on the disk, which other versions must be able to read.
  static func text(
    id: String = "kill-abc123", state: String = "applied", ownerPid: Int32 = 0,
    startedAt: String = "2026-11-21T10:00:01.5Z", until: String = "2026-11-21T10:00:30.000Z"
  ) -> String {
    """
    {"format": 1, "id": "\(id)", "fault": "kill", "parameters": {"signal": "SIGKILL"},
     "engine": "unix:///run/fake.sock", "undo": "start", "state": "\(state)",
     "target": {"id": "c0ffee00web", "name": "web", "started_at": "\(startedAt)"},
     "since": "2026-11-21T10:00:00.000Z", "until": "\(until)",
     "owner": {"pid": \(ownerPid), "start_ticks": 1, "boot": "earlier"}}
    """
  }

  static func write(_ text: String, id: String = "kill-abc123", in ledger: Ledger) throws {
    try FileManager.default.createDirectory(
      atPath: ledger.folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: "\(ledger.folder)/\(id).json"))
  }

  @Test func `an entry of an earlier run of the machine is read`() throws {
    let world = try FakeWorld()
    try Self.write(Self.text(), in: world.ledger)
    let entry = try #require(try world.entries.first)
    #expect(entry.id == "kill-abc123")
    #expect(entry.parameters == ["signal": "SIGKILL"])
    #expect(entry.target.name == "web")
    #expect(try #require(entry.until).timeIntervalSince(entry.since) == 30)
    #expect(!entry.isGuarded)
  }

  @Test func `a draft that a crash left is removed when it is old`() throws {
    let world = try FakeWorld()
    try Self.write(Self.text(), in: world.ledger)
    let folder = world.ledger.folder
    for name in [".kill-1.draft", ".kill-2.draft"] {
      try Data("{".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }
    var times = utimbuf(actime: 0, modtime: 0)
    #expect(utime(folder + "/.kill-1.draft", &times) == 0)
    #expect(try world.entries.count == 1)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(files == [".kill-2.draft", "kill-abc123.json"])
  }

  @Test func `a file that is no entry is reported and kept`() throws {
    let world = try FakeWorld()
    try Self.write("{}", id: "kill-1", in: world.ledger)
    try Self.write(Self.text(), in: world.ledger)
    let contents = try world.ledger.contents()
    #expect(contents.entries.map(\.id) == ["kill-abc123"])
    #expect(contents.unreadable.count == 1)
    #expect(contents.unreadable[0].contains("kill-1.json is no entry"))
  }

  @Test func `the ledger is for its user alone, and holds one file for a fault`() throws {
    let world = try FakeWorld()
    let injection = try world.kill()
    while injection.next != .wait { try injection.advance() }
    var folder = stat()
    #expect(stat(world.ledger.folder, &folder) == 0)
    #expect(folder.st_mode & 0o777 == 0o700)
    let files = try FileManager.default.contentsOfDirectory(atPath: world.ledger.folder)
    let entry = try #require(try world.entries.first)
    #expect(files == ["\(entry.id).json"])
    var file = stat()
    #expect(stat("\(world.ledger.folder)/\(files[0])", &file) == 0)
    #expect(file.st_mode & 0o777 == 0o600)
  }

  @Test func `a ledger that cannot be written prevents the fault`() throws {
    let engine = FakeEngine(.init(id: "1", name: "web"))
    let world = try FakeWorld(engine)
    // A file where the folder should be: even root cannot write below it.
    _ = try world.folder.write("", to: "ledger")
    let error = world.refusal()
    #expect(error.description.contains(world.folder.path + "/ledger"))
    #expect(error.description.hasSuffix("; nothing was changed"))
    #expect(engine.changes.isEmpty)
    #expect(world.post.posted == 0)
  }

  @Test func `a ledger that cannot be made prevents the fault`() throws {
    let world = try FakeWorld()
    let elsewhere = Injection.World(
      engine: try world.engine.connect(), ledger: Ledger(folder: "/proc/chaos"),
      guardians: world.post, vigil: world.vigil, healer: world.healer)
    let injection = try Injection(
      .kill(signal: "KILL", refuses: false), for: .seconds(1), on: "web", in: elsewhere)
    let error = #expect(throws: FaultError.self) { try injection.run() }
    #expect(error?.description.contains("the ledger cannot make /proc/chaos") == true)
    #expect(world.engine.changes.isEmpty)
  }

  @Test(arguments: [
    (["CHAOS_STATE_DIR": "/a", "HOME": "/h"], true, "/a"),
    (["HOME": "/h"], true, "/var/lib/chaos"),
    (["HOME": "/h", "XDG_STATE_HOME": "/x"], false, "/x/chaos"),
    (["HOME": "/h", "XDG_STATE_HOME": "relative"], false, "/h/.local/state/chaos"),
  ])
  func `the ledger's folder outlives a restart of the machine`(
    environment: [String: String], isRoot: Bool, folder: String
  ) throws {
    #expect(try Ledger.standard(in: environment, isRoot: isRoot).folder == folder)
  }

  @Test func `a folder that is not absolute is refused`() {
    #expect(throws: FaultError.self) {
      try Ledger.standard(in: ["CHAOS_STATE_DIR": "here"], isRoot: true)
    }
    #expect(throws: FaultError.self) { try Ledger.standard(in: [:], isRoot: false) }
  }

  @Test func `a process is told from an earlier one with its number`() throws {
    let me = ProcessIdentity.current
    #expect(me.isAlive)
    #expect(ProcessIdentity(pid: getpid()) == me)
    #expect(ProcessIdentity(pid: -1) == nil)
    let world = try FakeWorld()
    try Self.write(Self.text(ownerPid: getpid()), in: world.ledger)
    #expect(try #require(try world.entries.first).owner.isAlive == false)
  }
}
