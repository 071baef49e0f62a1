import DockerEngine
import ExperimentModel
import Glibc
import LoadGeneration
import Reporting
import Synchronization

/// What the engine told about one backend's container during a run.
struct BackendWitness: Sendable {
  /// CPU time used, over all its runs, in seconds.
  var cpuSeconds = 0.0
  /// The time over which that was counted, in seconds.
  var countedSeconds = 0.0
  /// How long its CPU quota kept it from running, in seconds.
  var throttledSeconds = 0.0
  /// The most memory that it was seen to hold.
  var memoryPeakBytes = 0
  /// How often it was killed for want of memory.
  var outOfMemoryKills = 0
  /// How often it was started.
  var restarts = 0
  /// How many cores it could use where the topology gives no limit.
  var cores = 1.0
}

/// What a container had used at one moment of a run.
struct UsageSample: Sendable {
  /// When the engine said so, in nanoseconds since the start of the run.
  var time: Int64
  /// CPU time over all its runs, in seconds.
  var cpuSeconds: Double
  /// How long its CPU quota had kept it from running, in seconds.
  var throttledSeconds: Double
  /// The memory that it held.
  var memoryBytes: Int
  /// The memory that it might hold.
  var memoryLimitBytes: Int
}

/// The engine's view of the backends and the faults' targets during a run: their events, and what
/// they use.
///
/// It asks from threads of its own, since an engine may take a second to say what one container
/// uses, and faults must not wait for that.
final class ContainerWatch: Sendable {
  /// How often the engine is asked for events, in microseconds.
  private static let interval: UInt32 = 500_000
  /// How far each question reaches back before the one before, since events may be told late.
  private static let overlap: Int64 = 500_000_000
  /// How long nobody asks after an answer about usage, in microseconds.
  private static let usageInterval: UInt32 = 200_000
  /// How many containers are asked for what they use, each from a thread of its own.
  private static let mostMeasured = 64

  private let address: EngineAddress
  /// The names of the backends by the identifiers of their containers.
  private let names: [String: String]
  /// The names of the backends by the addresses of their containers.
  let addresses: [String: String]
  private let isOver = Atomic<Bool>(false)
  private let running = Atomic<Int>(0)
  private let state: Mutex<State>

  fileprivate struct State {
    /// The start of the run, in nanoseconds since 1970.
    var start: Int64 = 0
    var askedUntil: Int64 = 0
    var seen: Set<ContainerEvent> = []
    var events: [ContainerEvent] = []
    var witness: [String: BackendWitness] = [:]
    var usage: [String: [UsageSample]] = [:]
  }

  /// Finds the containers of these names, or else of Compose services of these names.
  init(_ wanted: Set<String>, engine: Engine, cores: Double) throws(EngineError) {
    address = engine.address
    let containers = try engine.containers()
    var names: [String: String] = [:]
    var addresses: [String: String] = [:]
    var witness: [String: BackendWitness] = [:]
    for name in wanted {
      let found =
        containers.first { $0.name == name } ?? containers.first { $0.service == name }
      guard let found else { continue }
      names[found.id] = name
      witness[name] = BackendWitness(cores: cores)
      for network in try engine.inspect(found.id).networks.values where network.address != "" {
        addresses[network.address] = name
      }
    }
    self.names = names
    self.addresses = addresses
    state = Mutex(State(witness: witness))
  }

  /// Begins to ask; the run starts now, which is this time in nanoseconds since 1970.
  func begin(at start: Int64) {
    let begin = MonotonicClock.nanoseconds
    state.withLock {
      $0.start = start
      $0.askedUntil = start
    }
    spawn { engine in
      self.lookForEvents(engine)
      usleep(Self.interval)
    }
    for (id, name) in names.prefix(Self.mostMeasured) {
      let meter = UsageMeter()
      spawn { engine in
        // A container that does not run just now is asked again, without hurry.
        guard let usage = try? engine.usage(of: id) else { return _ = usleep(Self.interval) }
        let time = MonotonicClock.nanoseconds
        let increase = meter.increase(to: usage, at: time)
        self.state.withLock { $0.note(increase, usage, of: name, at: time - begin) }
        usleep(Self.usageInterval)
      }
    }
  }

  /// Ends all asking, and returns when the last events are known.
  func finish() {
    isOver.store(true, ordering: .relaxed)
    while running.load(ordering: .acquiring) > 0 { usleep(5_000) }
    // A busy engine tells some events too late for the question about their time.
    state.withLock { $0.askedUntil = $0.start }
    if let engine = try? Engine(at: address) { lookForEvents(engine) }
  }

  /// What was told about each container, by its name.
  var witness: [String: BackendWitness] { state.withLock { $0.witness } }

  /// What each container had used, by its name, at each time that the engine said so.
  var usage: [String: [UsageSample]] { state.withLock { $0.usage } }

  /// The events as a report shows them, the oldest first.
  var events: [LiveReport.Event] {
    state.withLock { state in
      state.events.sorted { $0.time < $1.time }.map { event in
        LiveReport.Event(
          at: Double(event.time - state.start) / 1e9, container: names[event.id] ?? event.name,
          event: event.action, exitCode: event.exitCode)
      }
    }
  }

  /// Does something over and over in a thread of its own, until the end.
  private func spawn(_ step: @escaping @Sendable (Engine) -> Void) {
    running.wrappingAdd(1, ordering: .relaxed)
    SystemThread.start { [self] in
      while !isOver.load(ordering: .relaxed) {
        // An engine that does not answer just now is asked again.
        guard let engine = try? Engine(at: address) else {
          usleep(Self.interval)
          continue
        }
        step(engine)
      }
      running.wrappingSubtract(1, ordering: .releasing)
    }
  }

  private func lookForEvents(_ engine: Engine) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    let since = state.withLock { max($0.start, $0.askedUntil - Self.overlap) }
    guard now > since, let news = try? engine.events(since...now) else { return }
    state.withLock { state in
      state.askedUntil = now
      for event in news where names[event.id] != nil && !event.action.hasPrefix("exec_") {
        guard state.seen.insert(event).inserted else { continue }
        state.events.append(event)
        guard let name = names[event.id] else { continue }
        if event.action == "oom" { state.witness[name]?.outOfMemoryKills += 1 }
        if event.action == "start" { state.witness[name]?.restarts += 1 }
      }
    }
  }
}

/// What a container used between two questions.
private struct UsageIncrease {
  var cpuSeconds = 0.0
  var throttledSeconds = 0.0
  var seconds = 0.0
  var memoryBytes = 0
}

/// The counters of one container, of which only what is added counts.
private final class UsageMeter: Sendable {
  private let last = Mutex<(usage: ContainerUsage, time: Int64)?>(nil)

  /// What was added since the question before; a counter that has gone back belongs to a new run.
  func increase(to usage: ContainerUsage, at time: Int64) -> UsageIncrease {
    last.withLock { last in
      defer { last = (usage, time) }
      guard let (before, since) = last else { return UsageIncrease(memoryBytes: usage.memoryBytes) }
      let isSameRun = usage.cpuNanoseconds >= before.cpuNanoseconds
      let cpu = usage.cpuNanoseconds - (isSameRun ? before.cpuNanoseconds : 0)
      let throttled = usage.throttledNanoseconds - (isSameRun ? before.throttledNanoseconds : 0)
      return UsageIncrease(
        cpuSeconds: Double(cpu) / 1e9, throttledSeconds: Double(max(0, throttled)) / 1e9,
        seconds: Double(time - since) / 1e9, memoryBytes: usage.memoryBytes)
    }
  }
}

extension ContainerWatch.State {
  fileprivate mutating func note(
    _ increase: UsageIncrease, _ usage: ContainerUsage, of name: String, at time: Int64
  ) {
    witness[name]?.add(increase)
    guard let total = witness[name] else { return }
    self.usage[name, default: []].append(
      UsageSample(
        time: time, cpuSeconds: total.cpuSeconds, throttledSeconds: total.throttledSeconds,
        memoryBytes: usage.memoryBytes, memoryLimitBytes: usage.memoryLimitBytes))
  }
}

extension BackendWitness {
  fileprivate mutating func add(_ increase: UsageIncrease) {
    cpuSeconds += increase.cpuSeconds
    throttledSeconds += increase.throttledSeconds
    countedSeconds += increase.seconds
    memoryPeakBytes = max(memoryPeakBytes, increase.memoryBytes)
  }
}
