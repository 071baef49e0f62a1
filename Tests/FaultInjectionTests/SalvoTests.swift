import DockerEngine
import ExperimentModel
import FaultInjection
import Glibc
import Testing

@Suite struct SalvoTests {
  private func world() throws -> FakeWorld {
    let engine = FakeEngine()
    engine.containers = [
      .init(id: "1", name: "a"), .init(id: "2", name: "b"), .init(id: "3", name: "c"),
    ]
    return try FakeWorld(engine)
  }

  private func salvo(
    _ fault: Fault, in world: FakeWorld, for duration: Duration? = .seconds(10)
  ) throws -> Salvo {
    try Salvo(fault, for: duration, on: ["a", "b", "c"], in: world.all)
  }

  @Test func `a fault on several targets has an entry for each, and ends at each`() throws {
    let world = try world()
    let salvo = try salvo(.pause, in: world)
    try salvo.begin()
    #expect(try world.entries.map(\.target.name).sorted() == ["a", "b", "c"])
    #expect(world.post.posted == 3)
    #expect(!salvo.look())
    world.vigil.pause(seconds: 10)
    #expect(salvo.look())
    let accounts = salvo.finish().compactMap { try? $0.get().target }
    #expect(accounts == ["a", "b", "c"])
    #expect(world.engine.containers.allSatisfy { $0.status == "running" })
    #expect(try world.entries.isEmpty)
  }

  @Test func `a target that cannot be disturbed spares all others`() throws {
    let world = try world()
    world.engine["c"].labels = ["chaos.protect": "true"]
    let error = #expect(throws: FaultError.self) { try salvo(.pause, in: world).run() }
    #expect(error?.kind == .notPermitted)
    #expect(world.engine.changes.isEmpty)
    #expect(try world.entries.isEmpty)
  }

  @Test func `a target at which it fails to begin has it undone at all others`() throws {
    let world = try world()
    world.engine.trouble = { _, call in call == .pause(id: "3") ? .refused(500) : nil }
    let error = #expect(throws: FaultError.self) { try salvo(.pause, in: world).run() }
    #expect(
      error?.description.hasSuffix("; what had begun at other targets was undone") == true)
    #expect(world.engine.containers.allSatisfy { $0.status == "running" })
    #expect(try world.entries.isEmpty)
  }

  @Test func `a signal ends it at all targets`() throws {
    let world = try world()
    world.vigil.signals = [(at: 1003, signal: SIGTERM)]
    let results = try salvo(.pause, in: world, for: nil).run()
    #expect(results.count == 3)
    for result in results { #expect(try result.get().interruption == SIGTERM) }
    #expect(world.engine.containers.allSatisfy { $0.status == "running" })
  }

  @Test func `a signal ends a recurring fault, even where it cannot be undone`() throws {
    let world = try world()
    world.vigil.signals = [(at: 1003, signal: SIGTERM)]
    world.engine.trouble = { _, call in call == .unpause(id: "1") ? .refused(500) : nil }
    var order = try Recurrence.Order(.pause, at: Aim(at: ["a"]))
    order.duration = .seconds(20)
    order.every = .seconds(60)
    order.times = 3
    var failures: [FaultError] = []
    let signal = try Recurrence(order, seed: 1, in: world.all).run(
      notify: { _ in }, sparing: { _ in },
      report: { results in
        for case .failure(let error) in results { failures.append(error) }
      })
    #expect(signal == SIGTERM)
    #expect(failures.count == 1)
    #expect(try world.entries.count == 1, "its guardian, or a person, tries again")
  }

  @Test func `a recurring fault begins on time, each time, and draws anew`() throws {
    let world = try world()
    var aim = Aim()
    aim.pattern = "*"
    aim.any = 1
    var order = try Recurrence.Order(.pause, at: aim)
    order.duration = .seconds(2)
    order.every = .seconds(10)
    order.times = 8
    var hit: [String] = []
    let start = world.vigil.uptimeSeconds
    let signal = try Recurrence(order, seed: 5, in: world.all).run(
      notify: { _ in }, sparing: { _ in },
      report: { hit += $0.compactMap { try? $0.get().target } })
    #expect(signal == nil)
    #expect(hit.count == 8 && Set(hit).count > 1)
    #expect(abs(world.vigil.uptimeSeconds - start - 72) < 1)
  }

  @Test(arguments: OnRestart.allCases)
  func `a container that starts anew is followed, or not`(policy: OnRestart) throws {
    let world = try world()
    // A process that is not there stands for a container of another machine.
    world.engine["a"].pid = 0
    world.vigil.events = [(at: 1003, happen: { world.engine.startByHand("a") })]
    let injection = try Injection(
      .pause, for: .seconds(10), on: "a", in: world.all, onRestart: policy)
    let account = try injection.run()
    switch policy {
    case .follow:
      #expect(world.engine.changes == ["pause a", "pause a", "unpause a"])
      #expect(account.restarts == 1)
      #expect(account.sentence.contains(" for 10.00 s, through 1 of its restarts, and goes on"))
    case .end:
      #expect(world.engine.changes == ["pause a"])
      #expect(account.reversal == .runIsOver)
      #expect(world.vigil.uptimeSeconds < 1004)
    }
    #expect(world.engine["a"].status == "running")
    #expect(try world.entries.isEmpty)
  }
}
