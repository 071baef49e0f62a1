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

/// The places at the engine: more tests at once only wait for each other, and measure the load.
actor Places {
  static let all = Places()
  private var free = 3
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func giveBack() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// Containers and a ledger for one test; all of it is removed at its end.
final class LiveLab {
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
    await Places.all.take()
    var failure: (any Error)?
    do {
      let lab = try LiveLab()
      do { try await body(lab) } catch { failure = error }
      _ = try? await lab.chaos("heal", "--all")
      for name in lab.names { _ = try? await lab.docker("rm", "-f", name) }
    } catch {
      failure = error
    }
    await Places.all.giveBack()
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
    let precise = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    return try precise.parse(state.startedAt).timeIntervalSince(precise.parse(state.finishedAt))
  }

  /// Waits until something is so; false when that takes too long.
  func eventually(
    within seconds: Double = 15, _ isSo: () async throws -> Bool
  ) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if try await isSo() { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
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
