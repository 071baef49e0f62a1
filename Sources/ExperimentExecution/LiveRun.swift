import DockerEngine
import ExperimentModel
import FaultInjection
import Glibc
import LoadGeneration
import PacketCapture
import Reporting
import Synchronization

/// One run of an experiment on live containers: the load, the faults at their times, and what the
/// engine tells meanwhile.
///
/// The load has a thread of its own. This thread walks the faults and waits for signals, so that an
/// interruption heals first, whatever else goes on.
public final class LiveRun {
  /// What a person may want to see while it happens.
  public enum Notice: Sendable, Hashable {
    /// A fault is in force.
    case began(String)
    /// A fault is over.
    case ended(String)
    /// How far the load has come.
    case progress(LoadProgress)
    /// A signal arrived, and what is in force is undone now.
    case healing(signal: Int32)
  }

  /// What a run came to, also one that ended early.
  public struct Outcome: Sendable {
    /// The whole account.
    public let report: LiveReport
    /// The signal that ended it early; nil when none did.
    public let interruption: Int32?
    /// Why a fault could not be made or undone; nil when all could.
    public let failure: FaultError?
  }

  /// How many requests must have ended before a condition may end the run.
  static let fewestForAbort = 20
  /// How long this thread rests at most before it looks around again, in seconds.
  private static let restSeconds = 0.02
  /// How long before the next thing is due nothing else is looked after, in nanoseconds.
  private static let calm: Int64 = 500_000_000

  private let experiment: Experiment
  private let endpoint: LiveEndpoint
  private let engine: Engine?
  private let world: Injection.World?
  private let captureFile: String?
  private let vigil: any Vigil
  private let notify: (Notice) -> Void

  /// Prepares a run; nothing is read or changed yet.
  ///
  /// - Parameters:
  ///   - engine: the engine of the containers, and the ledger for undos; nil for a load without
  ///     faults, which needs no engine.
  ///   - capture: the file that keeps the packets of the run; nil to keep none.
  public init(
    _ experiment: Experiment, at endpoint: LiveEndpoint, engine: (Engine, Ledger)? = nil,
    capture: String? = nil, vigil: any Vigil = SystemVigil(),
    notify: @escaping (Notice) -> Void = { _ in }
  ) {
    self.experiment = experiment
    self.endpoint = endpoint
    self.engine = engine?.0
    world = engine.map { Injection.World.live(engine: $0.0, ledger: $0.1) }
    captureFile = capture
    self.vigil = vigil
    self.notify = notify
  }

  private var topology: Topology { experiment.topology }

  /// What each fault would do, in order, one line each; only reads.
  ///
  /// - Throws: why one of them cannot be made.
  public func dryRun() throws(FaultError) -> [String] {
    guard let timeline = try timeline() else { return [] }
    var lines: [String] = []
    for fault in timeline.faults {
      lines.append("at \(Double(fault.at) / 1e9) s:")
      lines += try fault.injection.dryRun().map { "  " + $0 }
    }
    return lines
  }

  /// Runs it to its end, or until a signal or a condition ends it; everything is undone then.
  ///
  /// - Throws: a sentence when nothing was done at all: a fault that cannot be made is known before
  ///   the first request is sent.
  public func run() throws(LiveRunError) -> Outcome {
    var timeline: FaultTimeline?
    do throws(FaultError) {
      _ = try dryRun()
      timeline = try self.timeline()
    } catch {
      throw .fault(error)
    }
    // The load's thread inherits this: signals wait for this thread.
    vigil.holdSignals()
    let watch = try containerWatch(timeline)
    let capture = try self.capture(timeline)
    let traffic = timeline.flatMap { timeline in
      engine.map { TrafficWatch(timeline, at: $0) }
    }
    let start = MonotonicClock.nanoseconds
    let wallStart = Self.wallNanoseconds
    watch?.begin(at: wallStart)
    let alarm = AbortAlarm(experiment, at: endpoint)
    let load = LoadThread(LoadGenerator(topology, at: endpoint), startingAt: start) {
      result, _ in alarm.look(at: result)
    }
    var ending = attend(load, timeline, traffic, alarm, start: start)
    load.stop()
    do throws(FaultError) {
      let now = { MonotonicClock.nanoseconds - start }
      try timeline?.finish(now: now, signal: ending.interruption)
    } catch {
      ending.failure = ending.failure ?? error
    }
    while !load.isOver { vigil.pause(seconds: Self.restSeconds) }
    watch?.finish()
    traffic?.finish()
    var kept: LiveReport.Capture?
    do throws(FaultError) {
      kept = try capture?.stop()
    } catch {
      ending.failure = ending.failure ?? error
    }
    do throws(LoadError) {
      let result = try load.result()
      let measurement = measurement(result, watch, traffic, start: wallStart)
      // Packets that lack some say nothing about shares.
      let isWhole = capture?.isAtBalancer == true && kept?.dropped == 0
      return outcome(
        result, timeline.map(measurement.rows) ?? [], watch, ending, kept,
        packets: isWhole ? kept?.file : nil, start: wallStart)
    } catch {
      throw .load(error)
    }
  }

  /// Why a run ended before its time.
  private struct Ending {
    var interruption: Int32?
    var failure: FaultError?
    var abortReason: String?
  }

  /// Walks the faults until the load is over, or something ends it early.
  private func attend(
    _ load: LoadThread, _ timeline: FaultTimeline?, _ traffic: TrafficWatch?,
    _ alarm: AbortAlarm, start: Int64
  ) -> Ending {
    func now() -> Int64 { MonotonicClock.nanoseconds - start }
    while !load.isOver {
      do throws(FaultError) {
        try timeline?.advance(now: now)
      } catch {
        return Ending(failure: error, abortReason: error.description)
      }
      if timeline?.nextDue ?? .max > now() + Self.calm { traffic?.follow(now: now()) }
      notify(.progress(load.latest))
      if let reason = alarm.reason { return Ending(abortReason: reason) }
      let untilDue = timeline?.nextDue.map { Double($0 - now()) / 1e9 } ?? Self.restSeconds
      if let signal = vigil.rest(seconds: max(0, min(untilDue, Self.restSeconds))) {
        notify(.healing(signal: signal))
        return Ending(interruption: signal, abortReason: "it was interrupted")
      }
    }
    return Ending()
  }

  private func timeline() throws(FaultError) -> FaultTimeline? {
    guard let world, let engine else { return nil }
    let places = LivePlaces(of: topology, at: endpoint, engine)
    return try FaultTimeline(topology, places, at: engine, in: world, notify: notify)
  }

  private func capture(_ timeline: FaultTimeline?) throws(LiveRunError) -> RunCapture? {
    guard let engine, let captureFile else { return nil }
    return try RunCapture(to: captureFile, of: endpoint, timeline, at: engine)
  }

  private func containerWatch(_ timeline: FaultTimeline?) throws(LiveRunError) -> ContainerWatch? {
    guard let engine else { return nil }
    do throws(EngineError) {
      let cores = Double(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
      let names = topology.backends.map(\.name) + (timeline?.faults.map(\.target) ?? [])
      return try ContainerWatch(Set(names), engine: engine, cores: cores)
    } catch {
      throw .fault(FaultError(error))
    }
  }

  /// What there is to hold the faults against.
  private func measurement(
    _ load: LoadResult, _ watch: ContainerWatch?, _ traffic: TrafficWatch?, start: Int64
  ) -> FaultMeasurement {
    let known = Set(topology.backends.map(\.name))
    let words = Dictionary(grouping: load.backendNames) {
      BackendAnswers.owner(of: $0, among: known, watch?.addresses ?? [:]) ?? ""
    }
    return FaultMeasurement(
      load: load, events: watch?.events ?? [], usage: watch?.usage ?? [:], wordsOfBackend: words,
      traffic: traffic, start: start)
  }

  private func outcome(
    _ result: LoadResult, _ faults: [LiveReport.Fault], _ watch: ContainerWatch?,
    _ ending: Ending, _ capture: LiveReport.Capture?, packets: String?, start: Int64
  ) -> Outcome {
    var load = LoadReport(
      result, of: topology, at: endpoint, witness: watch?.witness ?? [:],
      names: watch?.addresses ?? [:], packets: packets)
    load.judge(experiment.hypothesis)
    let verdict: LiveReport.Verdict =
      ending.abortReason != nil ? .aborted : load.run.isRefuted ? .refuted : .holds
    let report = LiveReport(
      experiment: experiment.name, question: experiment.question, started: start,
      verdict: verdict, abortReason: ending.abortReason, faults: faults, load: load,
      events: watch?.events ?? [], capture: capture)
    return Outcome(
      report: report, interruption: ending.interruption, failure: ending.failure)
  }

  private static var wallNanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// A reason why a run did not take place.
public enum LiveRunError: Error, Sendable, Hashable {
  /// A fault cannot be made, or the engine does not answer.
  case fault(FaultError)
  /// The load cannot be sent.
  case load(LoadError)
  /// The packets cannot be kept.
  case capture(CaptureError)
}

/// The conditions under which a run ends early, looked at in the load's own thread.
private final class AbortAlarm: Sendable {
  private let experiment: Experiment
  private let endpoint: LiveEndpoint
  private let state = Mutex<(reason: String?, looks: Int)>((nil, 0))

  init(_ experiment: Experiment, at endpoint: LiveEndpoint) {
    self.experiment = experiment
    self.endpoint = endpoint
  }

  /// Which condition has come true; nil while none has.
  var reason: String? { state.withLock { $0.reason } }

  /// Looks at what has been measured so far, once a second.
  func look(at result: borrowing LoadResult) {
    guard !experiment.abort.isEmpty, result.ended >= LiveRun.fewestForAbort else { return }
    let isDue = state.withLock { state in
      state.looks += 1
      return state.looks % 10 == 1
    }
    guard isDue else { return }
    let report = LoadReport(copy result, of: experiment.topology, at: endpoint).run
    for condition in experiment.abort {
      guard let figure = report.figure(condition.figure), condition.holds(for: figure.value)
      else { continue }
      state.withLock { $0.reason = "\(condition.expression) came true" }
    }
  }
}
