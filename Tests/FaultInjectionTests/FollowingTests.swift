import DockerEngine
import ExperimentModel
import FaultInjection
import FoundationEssentials
import Glibc
import LabTestSupport
import Testing

@Suite struct FollowingTests {
  @Test func `a guardian whose owner is dead makes the fault again in a new run`() throws {
    let world = try FakeWorld()
    // A process that is not there stands for a container of another machine.
    world.engine["web"].pid = 0
    world.engine["web"].status = "paused"
    let until = world.vigil.now.addingTimeInterval(10)
      .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    let text = LedgerTests.text(until: until)
      .replacing("\"undo\": \"start\"", with: "\"undo\": \"unpause\", \"again\": {\"Pause\": {}}")
    try LedgerTests.write(text, in: world.ledger)
    world.vigil.events = [(at: 1003, happen: { world.engine.startByHand("web") })]
    var lines: [String] = []
    try Guardian(
      over: "kill-abc123", ledger: world.ledger, healer: world.healer, vigil: world.vigil,
      log: { lines.append($0) }
    ).stand(reportReady: {})
    #expect(world.engine.changes == ["pause web", "unpause web"])
    #expect(lines.first == "kill-abc123: web was started anew, and was paused again")
    #expect(world.engine["web"].status == "running")
    #expect(try world.entries.isEmpty)
  }

  @Test func `an entry of a fault that follows says what makes it again`() throws {
    let world = try FakeWorld()
    let follows = try world.inject(.pause)
    while follows.next != .wait { try follows.advance() }
    #expect(try world.entries.first?.again == .known(Pause()))
    try world.healAll()
    let ends = try Injection(
      .pause, for: .seconds(10), on: "web", in: world.all, onRestart: .end)
    while ends.next != .wait { try ends.advance() }
    #expect(try #require(try world.entries.first).again == nil)
  }

  @Test(
    arguments: [
      LimitCPU(Cores(0.05)), BurnCPU(Cores(2)), LimitMemory(ByteCount(bytes: 1 << 20)),
      FillDisk(ByteCount(bytes: 5), under: "/"), BurnDisk(writers: 2, under: "/data"), Stop(),
      Delay(PacketDelay(by: .milliseconds(3)), filter: PacketFilter(peers: ["db"], port: 5432)),
      Partition(isOneWay: true, shape: .halves, filter: PacketFilter()),
      Fail(rate: Ratio(0.1), status: 502, filter: PacketFilter()),
      FailNames(.nxdomain, filter: PacketFilter()),
    ] as [any Injector])
  func `what makes a fault survives being written down`(injector: any Injector) throws {
    let stored = StoredInjector.known(injector)
    let text = try JSONEncoder().encode(stored)
    #expect(try JSONDecoder().decode(StoredInjector.self, from: text) == stored)
    #expect(try JSONDecoder().decode(StoredInjector.self, from: text) != .known(Pause()))
  }

  @Test func `what another version makes does not keep anybody from undoing it`() throws {
    let world = try FakeWorld()
    let text = LedgerTests.text()
      .replacing("\"undo\": \"start\"", with: "\"undo\": \"start\", \"again\": {\"Novelty\": {}}")
    try LedgerTests.write(text, in: world.ledger)
    #expect(try world.entries.count == 1)
    #expect(try #require(try world.entries.first?.again).injector == nil)
  }
}

@Suite struct KeeperTests {
  @Test func `a fault whose process dies ends at once, and says so`() throws {
    let world = try FakeWorld()
    let sleeper = try ProcessStarts.start { try sleep() }
    world.machine.replacement = sleeper
    world.vigil.events = [
      (
        at: 1003,
        happen: {
          kill(sleeper.pid, SIGKILL)
          waitpid(sleeper.pid, nil, 0)
        }
      )
    ]
    let injection = try world.inject(.burnCPU(Cores(1)), for: .seconds(60))
    let error = #expect(throws: FaultError.self) { try injection.run() }
    #expect(error?.kind == .failed)
    #expect(error?.description.contains("because the process of ours that keeps this") == true)
    #expect(world.vigil.uptimeSeconds < 1005)
    #expect(try world.entries.isEmpty)
  }

  /// A process that does nothing, in the place of a load.
  private func sleep() throws -> ProcessIdentity {
    var words = ["sleep", "600"].map { (word: String) in strdup(word) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    #expect(posix_spawnp(&pid, "sleep", nil, nil, &words, environ) == 0)
    return try #require(ProcessIdentity(pid: pid))
  }
}

@Suite struct ShapeTests {
  private func group(_ count: Int) throws -> FakeWorld {
    let engine = FakeEngine()
    engine.containers = (1...count).map { .init(id: "\($0)", name: "n\($0)") }
    return try FakeWorld(engine)
  }

  private func sides(
    _ shape: PartitionShape, of count: Int, seed: UInt64
  ) throws -> (one: [String], other: [String]) {
    let all = try group(count).engine.connect().containers()
    var draws = Draws(seed: seed)
    let partition = Partition(isOneWay: false, shape: shape, filter: PacketFilter())
    let division = try partition.division(of: all, drawnFrom: &draws)
    let others = division.injector.parameters["peer"]?.split(separator: ",").map(String.init) ?? []
    return (division.targets.map(\.name), others)
  }

  @Test(arguments: [
    (PartitionShape.isolate, 5, 1, 4), (.halves, 4, 2, 2), (.halves, 5, 2, 3), (.bridge, 5, 2, 2),
    (.bridge, 3, 1, 1), (.isolate, 2, 1, 1),
  ])
  func `a shape divides a group into its two sides`(
    shape: PartitionShape, count: Int, one: Int, other: Int
  ) throws {
    for seed in 1...5 as ClosedRange<UInt64> {
      let sides = try sides(shape, of: count, seed: seed)
      #expect(sides.one.count == one && sides.other.count == other)
      #expect(Set(sides.one).isDisjoint(with: sides.other))
    }
  }

  @Test func `the same seed divides in the same way, and another one in another`() throws {
    let first = try sides(.halves, of: 8, seed: 1).one
    #expect(try sides(.halves, of: 8, seed: 1).one == first)
    #expect(try (2...9).contains { try sides(.halves, of: 8, seed: $0).one != first })
  }

  @Test func `a group that is too small is refused`() {
    let error = #expect(throws: FaultError.self) { try sides(.bridge, of: 2, seed: 1) }
    #expect(error?.kind == .notUsable)
    #expect(error?.description.contains("needs at least 3 running containers") == true)
  }
}
