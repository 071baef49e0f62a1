import DockerEngine
import FaultInjection
import FoundationEssentials
import Glibc
import Testing

@Suite struct HealingTests {
  /// A world in which `web` was killed in its first run, by a process that is long gone.
  private func afterACrash() throws -> FakeWorld {
    let world = try FakeWorld()
    world.engine["web"].status = "exited"
    try LedgerTests.write(LedgerTests.text(), in: world.ledger)
    return world
  }

  private func heal(_ world: FakeWorld) throws -> Reversal? {
    guard case .healed(_, let reversal) = try world.healer.heal("kill-abc123") else { return nil }
    return reversal
  }

  @Test func `a container that is still down is started`() throws {
    let world = try afterACrash()
    guard case .reverted? = try heal(world) else {
      Issue.record("it was not started")
      return
    }
    #expect(world.engine.changes == ["start web"])
    #expect(try world.entries.isEmpty)
  }

  @Test func `healing twice does no harm`() throws {
    let world = try afterACrash()
    _ = try heal(world)
    #expect(try heal(world) == nil)
    #expect(world.engine.changes == ["start web"])
  }

  @Test func `a container that somebody started is left alone`() throws {
    let world = try afterACrash()
    world.engine.startByHand("web")
    #expect(try heal(world) == .startedBySomebody)
    #expect(world.engine.changes.isEmpty)
    #expect(try world.entries.isEmpty)
  }

  @Test func `a container that somebody started and stopped stays stopped`() throws {
    let world = try afterACrash()
    world.engine.startByHand("web")
    world.engine["web"].status = "exited"
    #expect(try heal(world) == .stoppedBySomebody)
    #expect(world.engine.changes.isEmpty)
    #expect(world.engine["web"].status == "exited")
  }

  @Test func `a container that was never killed is left alone`() throws {
    let world = try afterACrash()
    world.engine["web"].status = "running"
    #expect(try heal(world) == .wasNeverDown)
    #expect(world.engine.changes.isEmpty)
  }

  @Test func `a kill that was on its way when its sender died is healed too`() throws {
    let world = try FakeWorld()
    try LedgerTests.write(LedgerTests.text(state: "guarded"), in: world.ledger)
    world.vigil.events = [(at: 1000.2, happen: { world.engine["web"].status = "exited" })]
    guard case .reverted? = try heal(world) else {
      Issue.record("it was not started")
      return
    }
    #expect(world.engine["web"].status == "running")
  }

  @Test func `a container that was removed needs nothing`() throws {
    let world = try afterACrash()
    world.engine.containers = []
    #expect(try heal(world) == .targetIsGone)
    #expect(try world.entries.isEmpty)
  }

  @Test func `a namesake of a removed container is left alone`() throws {
    let world = try afterACrash()
    world.engine.containers = [.init(id: "another", name: "web", status: "exited")]
    #expect(try heal(world) == .targetIsGone)
    #expect(world.engine.changes.isEmpty)
  }

  @Test func `an engine that refuses to start it keeps the entry`() throws {
    let world = try afterACrash()
    world.engine.trouble = { _, call in
      if case .start = call { return .refused(500) }
      return nil
    }
    #expect(throws: FaultError.self) { try heal(world) }
    #expect(try world.entries.count == 1)
  }

  @Test func `whoever makes the fault has the claim until it is made`() throws {
    let world = try FakeWorld()
    let injection = try world.kill()
    while injection.next != .apply { try injection.advance() }
    let id = try #require(try world.entries.first).id
    // The claim is held by the injection: a healer waits for it, and gives up with a sentence.
    let error = #expect(throws: FaultError.self) { try world.healer.heal(id) }
    #expect(error?.description.contains("another chaos process has been undoing") == true)
    try injection.advance()
    guard case .healed = try world.healer.heal(id) else {
      Issue.record("the claim was not given up")
      return
    }
  }
}

@Suite struct GuardianTests {
  /// A world in which `web` is down until ten seconds from now.
  private func world(owner: Int32 = 0) throws -> FakeWorld {
    let world = try FakeWorld()
    world.engine["web"].status = "exited"
    let until = world.vigil.now.addingTimeInterval(10)
      .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    try LedgerTests.write(LedgerTests.text(until: until), in: world.ledger)
    return world
  }

  private func stand(in world: FakeWorld) throws -> [String] {
    var lines: [String] = []
    let guardian = Guardian(
      over: "kill-abc123", ledger: world.ledger, healer: world.healer, vigil: world.vigil,
      log: { lines.append($0) })
    var isReady = false
    try guardian.stand(reportReady: { isReady = true })
    #expect(isReady)
    return lines
  }

  @Test func `a guardian whose owner is dead heals on time`() throws {
    let world = try world()
    let lines = try stand(in: world)
    #expect(abs(world.vigil.uptimeSeconds - 1010) < 0.01)
    #expect(world.engine["web"].status == "running")
    #expect(lines == ["kill-abc123: web was started again"])
    #expect(try world.entries.isEmpty)
  }

  @Test func `a guardian gives a living owner a moment`() throws {
    let world = try FakeWorld()
    let injection = try world.kill(for: .seconds(10))
    while injection.next != .wait { try injection.advance() }
    let id = try #require(try world.entries.first).id
    let guardian = Guardian(
      over: id, ledger: world.ledger, healer: world.healer, vigil: world.vigil, log: { _ in })
    try guardian.stand(reportReady: {})
    #expect(world.vigil.uptimeSeconds > 1011.9 && world.vigil.uptimeSeconds < 1014)
    #expect(world.engine["web"].status == "running")
  }

  @Test func `a guardian leaves when a living owner heals in that moment`() throws {
    let world = try FakeWorld()
    let injection = try world.kill(for: .seconds(10))
    while injection.next != .wait { try injection.advance() }
    let id = try #require(try world.entries.first).id
    world.vigil.events = [(at: 1011, happen: { try? world.healAll() })]
    var lines: [String] = []
    try Guardian(
      over: id, ledger: world.ledger, healer: world.healer, vigil: world.vigil,
      log: { lines.append($0) }
    ).stand(reportReady: {})
    #expect(world.vigil.uptimeSeconds < 1011.5 && lines.isEmpty)
  }

  @Test func `a guardian leaves when somebody else has healed`() throws {
    let world = try world()
    world.vigil.events = [(at: 1003, happen: { try? world.healAll() })]
    #expect(try stand(in: world).isEmpty)
    #expect(world.vigil.uptimeSeconds < 1004)
    #expect(world.engine.changes == ["start web"])
  }

  @Test func `a guardian that is told to end heals first`() throws {
    let world = try world()
    world.vigil.signals = [(at: 1002, signal: SIGTERM)]
    let lines = try stand(in: world)
    #expect(lines.first?.contains("SIGTERM arrived") == true)
    #expect(world.engine["web"].status == "running")
    #expect(world.vigil.uptimeSeconds < 1003)
  }

  @Test func `a guardian tries again when the engine comes back`() throws {
    let world = try world()
    world.engine.trouble = { _, _ in world.vigil.uptimeSeconds < 1100 ? .unreachable : nil }
    let lines = try stand(in: world)
    #expect(lines.count > 3)
    #expect(world.engine["web"].status == "running")
    #expect(world.vigil.uptimeSeconds < 1100 + 16)
  }

  @Test func `a guardian gives up after ten minutes and keeps the entry`() throws {
    let world = try world()
    world.engine.trouble = { _, _ in .unreachable }
    let error = #expect(throws: FaultError.self) { try stand(in: world) }
    #expect(error?.description.contains("chaos heal kill-abc123 undoes it") == true)
    #expect(world.vigil.uptimeSeconds > 1010 + 580 && world.vigil.uptimeSeconds < 1010 + 601)
    #expect(try world.entries.count == 1)
  }

  @Test func `a wall clock that is put back does not make the fault longer`() throws {
    let world = try world()
    world.vigil.events = [(at: 1002, happen: { world.vigil.wallOffset = -3600 })]
    _ = try stand(in: world)
    #expect(abs(world.vigil.uptimeSeconds - 1010) < 0.01)
  }

  @Test func `a wall clock that is put forward ends the fault early, not never`() throws {
    let world = try world()
    world.vigil.events = [(at: 1002, happen: { world.vigil.wallOffset = 3600 })]
    _ = try stand(in: world)
    #expect(world.vigil.uptimeSeconds < 1003)
    #expect(world.engine["web"].status == "running")
  }
}
