import DockerEngine
import FaultInjection
import FoundationEssentials
import Testing

/// A pause that something else would end by itself, as the kernel ends changes of packets.
private struct LeasedPause: Injector {
  static let name = "leased-pause"
  static let summary = "Pause, with a lease."
  var parameters: [String: String] { [:] }
  var deed: String { "was paused" }
  var condition: String { "is paused" }
  var lasts: Bool { true }

  func check(_ container: Container, isUndone: Bool) {}

  func plan(at scene: Scene) -> Plan {
    Plan([LeasedAction(id: scene.container.id)], undo: .unpause, via: .engine)
  }
}

/// Pauses a container; the lease begins a second after the beginning.
private struct LeasedAction: Action {
  let id: String

  func line(at site: Site) -> String { "pause \(id)" }

  func perform(at site: Site) throws(ActionFailure) -> Upkeep {
    _ = try EngineAction(.pause(id: id)).perform(at: site)
    return Upkeep(leaseDelay: .seconds(1))
  }
}

@Suite struct LeaseTests {
  /// A world in which a pause takes so many seconds to be answered.
  private func world(pauseTakes seconds: Double) throws -> FakeWorld {
    let world = try FakeWorld()
    world.engine.trouble = { _, call in
      if case .pause = call { world.vigil.pause(seconds: seconds) }
      return nil
    }
    return world
  }

  @Test func `what a lease ends is never said to last for longer`() throws {
    let world = try world(pauseTakes: 3)
    let injection = Injection(LeasedPause(), for: .seconds(10), on: "web", in: try world.all)
    while injection.next != .wait { try injection.advance() }
    let entry = try #require(try world.entries.first)
    #expect(try abs(#require(entry.until).timeIntervalSince(entry.since) - 8) < 0.01)
    #expect(abs(try #require(injection.leaseSecondsLeft) - 8) < 0.01)
    let account = try injection.run()
    #expect(account.sentence.hasSuffix(" for 8.00 s, and goes on"), "\(account.sentence)")
    #expect(abs(world.vigil.uptimeSeconds - 1011) < 0.01)
  }

  @Test func `what is undone late was not in force for longer than its lease`() throws {
    let world = try world(pauseTakes: 3)
    let injection = Injection(LeasedPause(), for: .seconds(10), on: "web", in: try world.all)
    while injection.next != .wait { try injection.advance() }
    world.vigil.pause(seconds: 60)
    #expect(try injection.run().sentence.hasSuffix(" for 8.00 s, and goes on"))
  }

  @Test func `a fault whose lease is over before anybody can tell is undone, and not claimed`()
    throws
  {
    let world = try world(pauseTakes: 3)
    let injection = Injection(LeasedPause(), for: .seconds(2), on: "web", in: try world.all)
    let error = #expect(throws: FaultError.self) { try injection.run() }
    #expect(error?.kind == .failed)
    #expect(error?.description.contains("was over before this machine") == true)
    #expect(error?.description.hasSuffix("make it longer; web was left as it had been") == true)
    #expect(world.engine.changes == ["pause web", "unpause web"])
    #expect(try world.entries.isEmpty)
  }
}
