import DockerEngine
import ExperimentModel
import FaultInjection
import FoundationEssentials
import Glibc
import Testing

@Suite struct FaultPathTests {
  @Test func `a killed container is down for the time that was asked, and comes back`() throws {
    let world = try FakeWorld()
    let injection = try world.kill(for: .seconds(10))
    let account = try injection.run()
    #expect(world.engine.changes == ["kill web SIGKILL", "start web"])
    #expect(world.engine["web"].status == "running")
    #expect(world.vigil.uptimeSeconds >= 1010 && world.vigil.uptimeSeconds < 1011)
    #expect(account.reversal != nil && account.interruption == nil)
    #expect(account.sentence.hasPrefix("web was killed (SIGKILL) at "))
    #expect(account.sentence.hasSuffix(", was down 0.75 s, and runs again"))
    #expect(try world.entries.isEmpty)
  }

  @Test func `signals are held before anything is written`() throws {
    let world = try FakeWorld()
    let injection = try world.kill()
    try injection.advance()
    #expect(!world.vigil.holdsSignals)
    try injection.advance()
    #expect(world.vigil.holdsSignals)
  }

  @Test func `the undo is on the disk before the engine is asked`() throws {
    let world = try FakeWorld()
    let injection = try world.kill()
    while injection.next != .apply { try injection.advance() }
    #expect(world.engine.changes.isEmpty)
    let entry = try #require(try world.entries.first)
    #expect(entry.state == .guarded)
    #expect(entry.guardian == .current)
    #expect(entry.target.id == "c0ffee00web")
    #expect(entry.target.startedAt == "2026-11-21T10:00:01.5Z")
    #expect(world.post.posted == 1)
  }

  @Test func `the countdown begins when the container is dead`() throws {
    let world = try FakeWorld()
    world.engine.trouble = { _, call in
      if case .kill = call { world.vigil.pause(seconds: 3) }
      return nil
    }
    let injection = try world.kill(for: .seconds(10))
    while injection.next != .wait { try injection.advance() }
    let entry = try #require(try world.entries.first)
    #expect(entry.state == .applied)
    #expect(try abs(#require(entry.until).timeIntervalSince(entry.since) - 10) < 0.01)
    #expect(abs(entry.since.timeIntervalSince(world.vigil.now)) < 0.01)
  }

  @Test(
    arguments: FakeWorld.faults,
    Injection.Stage.allCases.map(\.rawValue) + [Injection.Stage.allCases.count])
  func `a process that ends after any stage leaves what heals the container`(
    fault: Fault, stages: Int
  ) throws {
    let world = try FakeWorld()
    do {
      let injection = try world.inject(fault)
      for _ in 0..<stages { try injection.advance() }
      // Here the injection is dropped, as a process that is killed drops all that it holds.
    }
    try world.healAll()
    #expect(world.engine["web"].status == "running")
    #expect(try world.entries.isEmpty)
    let undone = world.engine.changes.filter { ["start web", "unpause web"].contains($0) }
    let done = world.engine.changes.count - undone.count
    #expect(done == undone.count, "the fault is undone exactly as often as it was made")
  }

  @Test(arguments: 0..<24, [0, 1, 2, 3])
  func `an engine that fails at any call leaves the container running in the end`(
    number: Int, kind: Int
  ) throws {
    let (fault, call) = (FakeWorld.faults[number / 8], number % 8)
    let world = try FakeWorld()
    world.engine.trouble = { number, _ in
      guard number == call else { return nil }
      return [.doneUnanswered, .lostUnanswered, .unreachable, .refused(500)][kind]
    }
    do {
      let injection = try world.inject(fault)
      _ = try? injection.run()
    }
    try world.healAll()
    #expect(world.engine["web"].status == "running")
    #expect(try world.entries.isEmpty)
  }

  @Test func `a signal during the fault heals at once`() throws {
    let world = try FakeWorld()
    world.vigil.signals = [(at: 1004, signal: SIGINT), (at: 1004.2, signal: SIGINT)]
    let injection = try world.kill(for: .seconds(60))
    let account = try injection.run()
    #expect(account.interruption == SIGINT)
    #expect(world.engine["web"].status == "running")
    #expect(world.vigil.uptimeSeconds < 1006)
  }

  @Test func `a signal before the fault changes nothing`() throws {
    let world = try FakeWorld()
    world.vigil.signals = [(at: 0, signal: SIGTERM)]
    #expect(world.refusal().kind == .interrupted(signal: SIGTERM))
    #expect(world.engine.changes.isEmpty)
    #expect(try world.entries.isEmpty)
  }

  @Test func `a fault that another process undid is noticed`() throws {
    let world = try FakeWorld()
    world.vigil.events = [(at: 1003, happen: { try? world.healAll() })]
    let injection = try world.kill(for: .seconds(60))
    let account = try injection.run()
    #expect(account.wasHealedElsewhere)
    #expect(account.sentence.contains("was healed early by another chaos process"))
    #expect(world.engine.changes == ["kill web SIGKILL", "start web"])
    #expect(world.vigil.uptimeSeconds < 1005)
  }

  @Test func `a ledger that somebody removed does not leave the container down`() throws {
    let world = try FakeWorld()
    let remove = { _ = try? FileManager.default.removeItem(atPath: world.ledger.folder) }
    world.vigil.events = [(at: 1003, happen: remove)]
    let injection = try world.kill(for: .seconds(60))
    let account = try injection.run()
    #expect(!account.wasHealedElsewhere)
    #expect(world.engine["web"].status == "running")
    #expect(world.engine.changes == ["kill web SIGKILL", "start web"])
  }

  @Test func `a process that survives the signal is said to, and not started`() throws {
    let world = try FakeWorld()
    world.engine["web"].survives = ["SIGTERM"]
    let injection = try world.kill(signal: "term")
    let account = try injection.run()
    #expect(account.reversal == .wasNeverDown)
    #expect(account.sentence.contains("survived it"))
    #expect(world.engine.changes == ["kill web SIGTERM"])
  }

  @Test func `without a duration nothing is recorded and nothing is started`() throws {
    let world = try FakeWorld()
    let injection = try world.kill(for: nil)
    let account = try injection.run()
    #expect(world.engine.changes == ["kill web SIGKILL"])
    #expect(world.post.posted == 0)
    #expect(try world.entries.isEmpty)
    #expect(account.sentence.hasSuffix("and nothing will start it again"))
  }

  @Test func `a plan shows the exact calls and makes none of them`() throws {
    let world = try FakeWorld()
    let injection = try world.kill(signal: "15", for: .seconds(30))
    let lines = try injection.dryRun()
    #expect(
      lines == [
        "on web (c0ffee00web) of unix:///run/fake.sock:",
        "  POST /v1.41/containers/c0ffee00web/kill?signal=SIGTERM",
        "after 30.0 s, whatever becomes of this process:",
        "  POST /v1.41/containers/c0ffee00web/start",
        "the undo would be recorded in \(world.ledger.folder)",
        "nothing was changed",
      ])
    #expect(world.engine.changes.isEmpty)
    #expect(try world.entries.isEmpty)
  }

  @Test func `a container that does not stay up is reported, and not kept in the ledger`() throws {
    let world = try FakeWorld()
    world.engine["web"].isBroken = true
    let error = world.refusal()
    #expect(error.kind == .failed)
    #expect(error.description.contains("web was started again but does not stay up"))
    #expect(try world.entries.isEmpty)
  }

  @Test func `an engine that vanishes during the fault leaves it to the guardian`() throws {
    let world = try FakeWorld()
    world.engine.trouble = { number, _ in number > 2 ? .unreachable : nil }
    let error = world.refusal()
    #expect(error.kind == .engineUnreachable)
    #expect(error.description.contains("keeps trying to undo it for 10 minutes"))
    let entry = try #require(try world.entries.first)
    #expect(error.description.contains("chaos heal \(entry.id)"))
    world.engine.trouble = { _, _ in nil }
    try world.healAll()
    #expect(world.engine["web"].status == "running")
  }

  @Test func `a guardian that does not stand ready prevents the fault`() throws {
    let world = try FakeWorld()
    world.post.refusal = FaultError(.failed, "no guardian")
    #expect(world.refusal().description == "no guardian; nothing was changed")
    #expect(world.engine.changes.isEmpty)
    #expect(try world.entries.isEmpty)
  }

  @Test func `a container that stopped by itself in the last moment is left alone`() throws {
    let world = try FakeWorld()
    world.engine.trouble = { _, call in
      if case .kill = call { return .refused(409) }
      return nil
    }
    #expect(world.refusal().description.hasSuffix("; nothing was changed"))
    #expect(try world.entries.isEmpty)
  }

  @Test func `a container under a fault is not disturbed again`() throws {
    let world = try FakeWorld()
    let first = try world.kill()
    while first.next != .wait { try first.advance() }
    let error = world.refusal()
    #expect(error.kind == .notUsable)
    #expect(error.description.contains("is under the fault kill-"))
    #expect(try world.entries.count == 1)
  }

  @Test func `a paused container stands still for the time that was asked, and goes on`() throws {
    let world = try FakeWorld()
    let account = try world.inject(.pause, for: .seconds(10)).run()
    #expect(world.engine.changes == ["pause web", "unpause web"])
    #expect(account.sentence.hasPrefix("web was paused at "))
    #expect(account.sentence.hasSuffix(" for 10.00 s, and goes on"))
    #expect(world.engine["web"].status == "running")
  }

  @Test func `a fault without an end lasts until a signal ends it`() throws {
    let world = try FakeWorld()
    world.vigil.signals = [(at: 1500, signal: SIGINT)]
    let account = try world.inject(.pause, for: nil).run()
    #expect(account.interruption == SIGINT)
    #expect(account.sentence.hasSuffix(" for 500.00 s, and goes on"))
    #expect(try world.entries.isEmpty)
  }

  @Test func `a pause that somebody undid by hand is left alone`() throws {
    let world = try FakeWorld()
    world.vigil.events = [(at: 1003, happen: { world.engine["web"].status = "running" })]
    let account = try world.inject(.pause).run()
    #expect(account.reversal == .notInForce)
    #expect(account.sentence.contains("somebody undid that before its end"))
    #expect(world.engine.changes == ["pause web"])
  }

  @Test func `a stopped container is down and comes back`() throws {
    let world = try FakeWorld()
    let account = try world.inject(.stop).run()
    #expect(world.engine.changes == ["stop web", "start web"])
    #expect(account.sentence.hasPrefix("web was stopped at "))
    #expect(account.sentence.hasSuffix(", and runs again"))
  }
}
