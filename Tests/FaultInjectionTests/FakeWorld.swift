import DockerEngine
import ExperimentModel
import FaultInjection
import FoundationEssentials
import Glibc
import LabTestSupport

/// A lock that whoever has it may take once more.
final class RecursiveLock: @unchecked Sendable {
  private var lock = pthread_mutex_t()

  init() {
    var attributes = pthread_mutexattr_t()
    pthread_mutexattr_init(&attributes)
    pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
    pthread_mutex_init(&lock, &attributes)
  }

  func take() { pthread_mutex_lock(&lock) }
  func give() { pthread_mutex_unlock(&lock) }
}

/// A clock that moves only when somebody waits, and signals that arrive when the test says.
///
/// It is asked by several threads at once, one after another.
final class FakeVigil: Vigil, @unchecked Sendable {
  private let turn = RecursiveLock()
  private(set) var uptimeSeconds = 1000.0
  /// How many seconds the wall clock is off.
  var wallOffset = 0.0
  /// Signals that are to arrive, each at a time.
  var signals: [(at: Double, signal: Int32)] = []
  /// Something that happens at a time, once.
  var events: [(at: Double, happen: () -> Void)] = []
  private(set) var holdsSignals = false

  var now: Date { Date(timeIntervalSince1970: 1_795_255_200 + uptimeSeconds + wallOffset) }

  func holdSignals() { holdsSignals = true }

  func rest(seconds: Double) -> Int32? {
    ProcessStarts.waitForOpen()
    turn.take()
    defer { turn.give() }
    let end = uptimeSeconds + seconds
    if let index = signals.firstIndex(where: { $0.at <= end }) {
      pass(max(0, signals[index].at - uptimeSeconds))
      return signals.remove(at: index).signal
    }
    pass(seconds)
    return nil
  }

  func pause(seconds: Double) {
    // Whoever waits for a lock waits for one who has it: another thread, or a process that another
    // test starts.
    usleep(500)
    ProcessStarts.waitForOpen()
    turn.take()
    defer { turn.give() }
    pass(seconds)
  }

  private func pass(_ seconds: Double) {
    uptimeSeconds += seconds
    let due = events.filter { $0.at <= uptimeSeconds }
    events.removeAll { $0.at <= uptimeSeconds }
    for event in due { event.happen() }
  }
}

/// A post at which no process is started.
final class FakePost: GuardianPost {
  var refusal: FaultError?
  private(set) var posted = 0

  func call(over id: String, in ledger: Ledger) -> any CalledGuardian { Guard(post: self) }

  private final class Guard: CalledGuardian {
    let post: FakePost
    let identity = ProcessIdentity.current

    init(post: FakePost) { self.post = post }

    func takePost() throws(FaultError) {
      if let refusal = post.refusal { throw refusal }
      post.posted += 1
    }
  }
}

/// A world in memory, but for a ledger on the disk.
struct FakeWorld {
  let engine: FakeEngine
  let vigil = FakeVigil()
  let post = FakePost()
  let machine: FakeMachine
  let folder: TemporaryFolder
  let ledger: Ledger
  let healer: Healer

  init(_ engine: FakeEngine, _ machine: FakeMachine? = nil) throws {
    self.engine = engine
    self.machine = try machine ?? FakeMachine(.two)
    folder = try TemporaryFolder()
    ledger = Ledger(folder: folder.path + "/ledger")
    healer = Healer(
      ledger: ledger, vigil: vigil, host: self.machine.host,
      connect: { _ throws(EngineError) in try engine.connect() })
  }

  /// The containers that most tests need: one that runs.
  init() throws {
    try self.init(FakeEngine(.init(id: "c0ffee00web", name: "web")))
  }

  /// A fault of each kind that needs nothing but an engine.
  static let faults: [Fault] = [.kill(signal: "KILL", refuses: false), .stop, .pause]
  /// A fault of each kind that needs the machine besides.
  static let machineFaults: [Fault] = [
    .limitCPU(Cores(0.05)), .limitMemory(ByteCount(bytes: 32 << 20)), .burnCPU(Cores(2)),
    .fillMemory(ByteCount(bytes: 100 << 20)),
  ]

  func inject(
    _ fault: Fault, _ word: String = "web", for duration: Duration? = .seconds(10)
  ) throws -> Injection {
    try Injection(fault, for: duration, on: word, in: all)
  }

  /// The world as a fault sees it.
  var all: Injection.World {
    get throws {
      Injection.World(
        engine: try engine.connect(), ledger: ledger, guardians: post, vigil: vigil,
        healer: healer)
    }
  }

  func kill(
    _ word: String = "web", signal: String = "KILL", for duration: Duration? = .seconds(10)
  ) throws -> Injection {
    try inject(.kill(signal: signal, refuses: false), word, for: duration)
  }

  /// The sentence with which a kill is refused, or that it was not.
  func refusal(
    _ word: String = "web", signal: String = "KILL", for duration: Duration? = .seconds(10)
  ) -> FaultError {
    do {
      let injection = try kill(word, signal: signal, for: duration)
      return FaultError(.failed, "not refused: \(try injection.run().sentence)")
    } catch let error as FaultError {
      return error
    } catch {
      return FaultError(.failed, "\(error)")
    }
  }

  var entries: [LedgerEntry] {
    get throws { try ledger.contents().entries }
  }

  /// Heals whatever is in force, as a process that knows nothing else would.
  func healAll() throws {
    for entry in try entries { _ = try healer.heal(entry.id) }
  }
}
