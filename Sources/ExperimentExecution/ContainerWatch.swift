import DockerEngine
import ExperimentModel
import Reporting

/// What the engine told about one backend's container during a run.
struct BackendWitness {
  /// CPU time used, over all its runs, in seconds.
  var cpuSeconds = 0.0
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

/// The engine's view of the backends during a run: their events, and what they use.
final class ContainerWatch {
  /// How often the engine is asked, in nanoseconds.
  static let interval: Int64 = 1_000_000_000
  /// How far each question reaches back before the one before, since events may be told late.
  private static let overlap: Int64 = 500_000_000

  private let engine: Engine
  /// The names of the backends by the identifiers of their containers.
  private let names: [String: String]
  /// The names of the backends by the addresses of their containers.
  let addresses: [String: String]
  /// The start of the run, in nanoseconds since 1970.
  private let start: Int64
  private var askedUntil: Int64
  private var seen: Set<ContainerEvent> = []
  private var usages: [String: ContainerUsage] = [:]

  private(set) var events: [ContainerEvent] = []
  private(set) var witness: [String: BackendWitness] = [:]

  /// Finds the containers of the backends: those of their names, or else of their Compose services.
  init(
    _ backends: [Backend], engine: Engine, start: Int64, cores: Double
  ) throws(EngineError) {
    self.engine = engine
    self.start = start
    askedUntil = start
    let containers = try engine.containers()
    var names: [String: String] = [:]
    var addresses: [String: String] = [:]
    for backend in backends {
      let found =
        containers.first { $0.name == backend.name }
        ?? containers.first { $0.service == backend.name }
      guard let found else { continue }
      names[found.id] = backend.name
      witness[backend.name] = BackendWitness(cores: cores)
      for network in try engine.inspect(found.id).networks.values where network.address != "" {
        addresses[network.address] = backend.name
      }
    }
    self.names = names
    self.addresses = addresses
    measure()
  }

  /// Asks for what has happened since the last time; an engine that does not answer just now is
  /// asked again the next time.
  func look(at now: Int64) {
    let since = max(start, askedUntil - Self.overlap)
    if let news = try? engine.events(since...max(since, now)) {
      askedUntil = now
      for event in news where names[event.id] != nil && !event.action.hasPrefix("exec_") {
        if seen.insert(event).inserted { take(event) }
      }
    }
    measure()
  }

  private func take(_ event: ContainerEvent) {
    events.append(event)
    guard let name = names[event.id] else { return }
    switch event.action {
    case "oom": witness[name]?.outOfMemoryKills += 1
    case "start": witness[name]?.restarts += 1
    default: break
    }
  }

  /// Reads what the containers use; a counter that has gone back belongs to a new run.
  private func measure() {
    for (id, name) in names {
      guard let usage = try? engine.usage(of: id) else { continue }
      let before = usages[id]
      let isSameRun = before.map { usage.cpuNanoseconds >= $0.cpuNanoseconds } ?? false
      let known = isSameRun ? before : nil
      if before != nil {
        let cpu = usage.cpuNanoseconds - (known?.cpuNanoseconds ?? 0)
        let throttled = usage.throttledNanoseconds - (known?.throttledNanoseconds ?? 0)
        witness[name]?.cpuSeconds += Double(cpu) / 1e9
        witness[name]?.throttledSeconds += Double(max(0, throttled)) / 1e9
      }
      usages[id] = usage
      let peak = witness[name]?.memoryPeakBytes ?? 0
      witness[name]?.memoryPeakBytes = max(peak, usage.memoryBytes)
    }
  }

  /// The events as a report shows them, the oldest first.
  var reported: [LiveReport.Event] {
    events.sorted { $0.time < $1.time }.map { event in
      LiveReport.Event(
        at: Double(event.time - start) / 1e9, container: names[event.id] ?? event.name,
        event: event.action, exitCode: event.exitCode)
    }
  }
}
