import DockerEngine
import FaultInjection
import Testing

@Suite struct AimTests {
  /// Three backends of a project, of which one is protected, a database, and one that is down.
  private func world() throws -> FakeWorld {
    let engine = FakeEngine()
    let labels = ["com.docker.compose.project": "lab", "role": "backend"]
    engine.containers = [
      .init(id: "1", name: "back-03", labels: labels),
      .init(id: "2", name: "back-01", labels: labels),
      .init(
        id: "3", name: "back-02", labels: labels.merging(["chaos.protect": "true"]) { $1 }),
      .init(id: "4", name: "db", labels: ["com.docker.compose.project": "lab"]),
      .init(id: "5", name: "back-04", status: "exited", labels: labels),
    ]
    return try FakeWorld(engine)
  }

  private func names(_ aim: Aim, seed: UInt64 = 1) throws -> [String] {
    var draws = Draws(seed: seed)
    let containers = try world().engine.connect().containers()
    return try aim.containers(among: containers, drawnFrom: &draws).containers.map(\.name)
  }

  private func refusal(_ aim: Aim) -> FaultError? {
    #expect(throws: FaultError.self) { try names(aim) }
  }

  @Test func `a list of names is taken as it is, and each once`() throws {
    #expect(try names(Aim(at: ["db", "back-01", "db", "4"])) == ["back-01", "db"])
    #expect(try names(Aim(at: ["back-04"])) == ["back-04"], "the fault says that it does not run")
  }

  @Test(arguments: [
    ("back-*", ["back-01", "back-03"]), ("*0?", ["back-01", "back-03"]), ("d?", ["db"]),
    ("*", ["back-01", "back-03", "db"]), ("b*-*3", ["back-03"]),
  ])
  func `a pattern fits the names of those that run and are not protected`(
    pattern: String, expected: [String]
  ) throws {
    var aim = Aim()
    aim.pattern = pattern
    #expect(try names(aim) == expected)
  }

  @Test func `what is excluded is never hit, not even by its name`() throws {
    var aim = Aim()
    aim.pattern = "*"
    aim.excluded = ["back-*1", "nobody"]
    #expect(try names(aim) == ["back-03", "db"])
    aim = Aim(at: ["db", "back-01"])
    aim.excluded = ["d?"]
    #expect(try names(aim) == ["back-01"])
    aim.excluded = ["*"]
    #expect(refusal(aim)?.description.hasPrefix("db back-01 --exclude '*' fits no") == true)
  }

  @Test func `labels and a project all have to fit`() throws {
    var aim = Aim()
    aim.project = "lab"
    #expect(try names(aim) == ["back-01", "back-03", "db"])
    aim.labels = ["role=backend"]
    #expect(try names(aim) == ["back-01", "back-03"])
    aim.labels = ["role", "chaos.protect"]
    #expect(refusal(aim)?.kind == .notPermitted)
    aim.labels = ["role=front"]
    #expect(
      refusal(aim)?.description
        == "--label role=front --project lab fits no running container;"
        + " running are back-01, back-02, back-03, db")
  }

  @Test func `those that are protected are named`() throws {
    var aim = Aim()
    aim.pattern = "back-*"
    var draws = Draws(seed: 1)
    let containers = try world().engine.connect().containers()
    #expect(try aim.containers(among: containers, drawnFrom: &draws).spared == ["back-02"])
  }

  @Test func `the same seed draws the same, and others draw others`() throws {
    var aim = Aim()
    aim.pattern = "*"
    aim.any = 1
    let drawn = try (0..<40).map { try names(aim, seed: $0) }
    #expect(try drawn == (0..<40).map { try names(aim, seed: $0) })
    #expect(Set(drawn) == [["back-01"], ["back-03"], ["db"]])
    aim.any = 4
    #expect(refusal(aim)?.description.contains("4 cannot be drawn of the 3 running") == true)
  }

  @Test func `more than may be hit are refused`() throws {
    var aim = Aim()
    aim.pattern = "*"
    aim.most = 2
    #expect(
      refusal(aim)?.description
        == "--pattern '*' fits 3 containers (back-01, back-03, db), more than 2 at once;"
        + " aim closer, draw some with --any, or allow them with --max-targets 3")
    aim.any = 2
    #expect(try names(aim).count == 2)
  }
}
