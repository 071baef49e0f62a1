import DockerEngine
import FaultInjection
import FoundationEssentials
import Glibc
import LabTestSupport
import Reporting
import Testing

/// Whether a real engine is at hand, and what it is.
enum LiveEngine {
  static let environment = ProcessInfo.processInfo.environment
  static let isThere = environment["LIVE_ENGINE"] != nil && environment["LAB_IMAGE"] != nil
  static let isPrivate = environment["LIVE_ENGINE"] == "private"
  /// What is printed in place of the tests.
  static let skipped: Comment =
    "no live engine: LIVE_ENGINE is not set; run Scripts/live-engine run -- swift test"

  static func connect() throws -> Engine { try Engine.find(in: environment) }
}

/// Containers and a ledger for one test; all of it is removed at its end.
final class LiveLab {
  /// The places at the engine: more tests at once only wait for each other.
  private static let places = Places(3)

  /// The label that all containers of live tests carry.
  static let label = "network-lab.live-test"

  let engine: Engine
  let folder: TemporaryFolder
  let ledger: String
  private let prefix = "lab-" + String(UInt32.random(in: 0x100000...0xffffff), radix: 16)
  private var names: [String] = []

  private init() throws {
    engine = try LiveEngine.connect()
    folder = try TemporaryFolder()
    ledger = folder.path + "/ledger"
  }

  /// Runs a test with a lab of its own.
  static func with(_ body: (LiveLab) async throws -> Void) async throws {
    await places.take()
    var failure: (any Error)?
    do {
      let lab = try LiveLab()
      do { try await body(lab) } catch { failure = error }
      _ = try? await lab.chaos("heal", "--all")
      for name in lab.names { _ = try? await lab.docker("rm", "-f", name) }
    } catch {
      failure = error
    }
    await places.giveBack()
    if let failure { throw failure }
  }

  // MARK: Containers

  func docker(_ words: String...) async throws -> CommandRun {
    try await CommandRun.run("/usr/bin/env", ["docker"] + words)
  }

  /// Runs a container of the lab's image; returns its name.
  func container(
    _ name: String = "web", verb: String = "run", options: [String] = [],
    words command: [String] = []
  ) async throws -> String {
    let name = "\(prefix)-\(name)"
    names.append(name)
    let image = try #require(LiveEngine.environment["LAB_IMAGE"])
    let words =
      [verb] + (verb == "run" ? ["-d"] : [])
      + ["--name", name, "--label", Self.label] + options + [image] + command
    let run = try await CommandRun.run("/usr/bin/env", ["docker"] + words)
    try #require(run.ending == .exited(0), "\(run)")
    return name
  }

  func state(_ name: String) throws -> Container.State { try engine.inspect(name).state }

  /// How long the last stop of a container lasted, by the engine's own clock, in seconds.
  func secondsDown(_ name: String) throws -> Double {
    let state = try state(name)
    return try date(state.startedAt).timeIntervalSince(date(state.finishedAt))
  }

  /// Waits until something is so; false when that does not come true on the busiest machine.
  ///
  /// It tells what happens, and never how fast: what must be on time is read from a clock that the
  /// engine, the kernel or the ledger kept.
  func eventually(_ isSo: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < end {
      if try await isSo() { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }

  /// Waits until so many faults are in force, and the ledger says so; returns its rows.
  @discardableResult
  func waitForFaults(_ count: Int = 1) async throws -> [JSONValue] {
    var rows: [JSONValue] = []
    try #require(
      try await eventually {
        rows = try await inForce()
        return rows.count == count && rows.allSatisfy { $0["state"]?.string == "applied" }
      })
    return rows
  }

  /// Waits until the wall clock shows a time that the engine or the ledger wrote down.
  func wait(until time: JSONValue?) async throws {
    let date = try date(try #require(time?.string))
    while Date() < date { try await Task.sleep(for: .milliseconds(20)) }
  }

  /// A time that the engine or the ledger wrote down.
  func date(_ text: String) throws -> Date {
    try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
  }

  /// Waits until a container is down.
  func waitUntilDown(_ name: String) async throws {
    try #require(try await eventually { try !state(name).isRunning })
  }

  // MARK: The command

  func start(_ words: String..., engine: String? = nil) throws -> RunningCommand {
    try start(words, engine: engine)
  }

  func start(_ words: [String], engine: String? = nil) throws -> RunningCommand {
    var variables = ["CHAOS_STATE_DIR": ledger]
    variables["DOCKER_HOST"] = engine
    return try RunningCommand(BuiltProduct.path("chaos"), words, environment: variables)
  }

  func chaos(_ words: String..., engine: String? = nil) async throws -> CommandRun {
    try await start(words, engine: engine).end()
  }

  /// What is in force, as `chaos status` says.
  func inForce() async throws -> [JSONValue] {
    let run = try await chaos("status", "--format", "json")
    guard case .array(let rows) = try JSONValue(parsing: run.output) else { return [] }
    return rows
  }

  /// Ends the guardian of the only fault in force as a crash would; returns the fault's name.
  func crashGuardian(besides owner: pid_t) async throws -> String {
    let entry = try #require(try await inForce().first)
    guard case .array(let keepers)? = entry["guarded_by"] else { return "" }
    for keeper in keepers.compactMap(\.number).map({ pid_t($0) }) where keeper != owner {
      kill(keeper, SIGKILL)
    }
    return try #require(entry["id"]?.string)
  }

  /// Another address of the same engine, which can be taken away.
  func detour() throws -> (address: String, take: () -> Void, giveBack: () -> Void) {
    guard case .unix(let path) = engine.address else {
      throw FaultError(.failed, "this test needs an engine at a Unix socket")
    }
    let link = folder.path + "/engine.sock"
    func giveBack() { _ = symlink(path, link) }
    giveBack()
    return ("unix://\(link)", { _ = unlink(link) }, giveBack)
  }
}
