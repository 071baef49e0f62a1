import FaultInjection
import FoundationEssentials
import LabTestSupport
import Testing

@Suite struct TargetTests {
  private func world(_ containers: FakeEngine.FakeContainer...) throws -> FakeWorld {
    let engine = FakeEngine()
    engine.containers = containers
    return try FakeWorld(engine)
  }

  private func service(_ name: String, _ service: String) -> FakeEngine.FakeContainer {
    .init(id: "id-\(name)", name: name, labels: ["com.docker.compose.service": service])
  }

  /// The calls that a kill of this word makes first.
  private func changes(_ word: String, in world: FakeWorld) throws -> [String] {
    let injection = try world.kill(word)
    _ = try injection.run()
    return world.engine.changes
  }

  @Test(arguments: ["web", "abcdef0123", "abcd", "ABCDEF", "front"])
  func `a target is found by name, identifier, its beginning, or service`(word: String) throws {
    let world = try world(
      .init(
        id: "abcdef0123", name: "web", labels: ["com.docker.compose.service": "front"]),
      .init(id: "1234567890", name: "other"))
    #expect(try changes(word, in: world) == ["kill web SIGKILL", "start web"])
  }

  @Test func `a name wins over a service`() throws {
    let world = try world(service("lab-web-1", "web"), .init(id: "ffff", name: "web"))
    #expect(try changes("web", in: world).first == "kill web SIGKILL")
  }

  @Test func `a container of compose run does not count as its service`() throws {
    var once = service("lab-web-run-1", "web")
    once.labels["com.docker.compose.oneoff"] = "True"
    let world = try world(once, service("lab-web-1", "web"))
    #expect(try changes("web", in: world).first == "kill lab-web-1 SIGKILL")
  }

  @Test func `a service of several containers is refused with their names`() throws {
    let world = try world(service("lab-web-2", "web"), service("lab-web-1", "web"))
    let error = world.refusal("web")
    #expect(error.kind == .notUsable)
    #expect(
      error.description
        == "the Compose service web has 2 containers (lab-web-1, lab-web-2); name one of them")
  }

  @Test func `an identifier's beginning that fits several is refused`() throws {
    let world = try world(.init(id: "abcd1", name: "a"), .init(id: "abcd2", name: "b"))
    #expect(world.refusal("abcd").description.contains("is the beginning of 2 containers (a, b)"))
  }

  @Test(arguments: [("bakc-02", "back-02"), ("back-2", "back-02"), ("fornt", "front")])
  func `a slip of the keyboard gets the near name`(word: String, near: String) throws {
    let world = try world(.init(id: "1", name: "back-02"), service("lab-front-1", "front"))
    #expect(
      world.refusal(word).description == "there is no container \(word); did you mean \(near)?")
  }

  @Test func `a word far from all names gets the names that run`() throws {
    let world = try world(
      .init(id: "1", name: "back-02"), .init(id: "2", name: "old", status: "exited"))
    #expect(
      world.refusal("database").description
        == "there is no container database; running are back-02")
  }

  @Test(arguments: ["exited", "created", "dead", "paused", "restarting", "removing"])
  func `a container that does not run is refused`(status: String) throws {
    let world = try world(.init(id: "1", name: "web", status: status))
    let error = world.refusal()
    #expect(error.kind == .notUsable)
    #expect(world.engine.changes.isEmpty)
    #expect(try world.entries.isEmpty)
  }

  @Test func `a paused container is named with the way out`() throws {
    let world = try world(.init(id: "1", name: "web", status: "paused"))
    #expect(world.refusal().description.contains("docker unpause web"))
  }

  @Test func `a protected container is refused`() throws {
    let world = try world(.init(id: "1", name: "web", labels: ["chaos.protect": "true"]))
    #expect(world.refusal().kind == .notPermitted)
    #expect(world.refusal().description.contains("chaos.protect=true"))
    #expect(world.engine.changes.isEmpty)
  }

  @Test func `a container that would vanish is killed only for good`() throws {
    let world = try world(.init(id: "1", name: "web", isRemovedOnExit: true))
    #expect(world.refusal(for: .seconds(1)).description.contains("--rm"))
    #expect(world.engine.changes.isEmpty)
    let injection = try world.kill(for: nil)
    _ = try injection.run()
    #expect(world.engine.changes == ["kill web SIGKILL"])
  }

  @Test(arguments: [
    ("KILL", "SIGKILL"), ("sigterm", "SIGTERM"), ("15", "SIGTERM"), ("1", "SIGHUP"),
  ])
  func `a signal is read by name or number`(text: String, name: String) throws {
    #expect(try Kill(signal: text).parameters == ["signal": name])
  }

  @Test(arguments: ["", "0", "32", "-9", "SIG", "STOP", "TSTP", "19"])
  func `a signal that ends nothing is refused`(text: String) {
    #expect(throws: FaultError.self) { try Kill(signal: text) }
  }

  @Test func `every fault of the catalogue has its chapter in the documentation`() throws {
    let path = BuiltProduct.packageFolder + "/Docs/Faults.md"
    let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    for fault in FaultCatalog.all { #expect(text.contains("\n## `chaos \(fault.name) ")) }
  }

  @Test func `a misspelt signal gets the near one`() {
    let error = #expect(throws: FaultError.self) { try Kill(signal: "TREM") }
    #expect(error?.description == "there is no signal TREM; did you mean SIGTERM?")
  }
}
