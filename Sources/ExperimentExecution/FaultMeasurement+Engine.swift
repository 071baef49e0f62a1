import ExperimentModel
import LoadGeneration
import Reporting
import Statistics

// What the engine and the clients say about faults, where packets say nothing.
extension FaultMeasurement {
  /// How many answers a window needs before its median says anything.
  private static let fewestAnswers = 5

  /// What the engine says about a fault in these nanoseconds of the run.
  ///
  /// - Parameters:
  ///   - begun: when the engine was asked for it; it may have answered much later.
  ///   - lasts: whether the target was to be down for all of that time.
  func engineFinding(
    about fault: Fault, at target: String, _ time: Range<Int64>, begun: Int64, lasts: Bool
  ) -> FaultFinding {
    let asked = lasts ? Double(time.upperBound - time.lowerBound) / 1e9 : 0
    let told = min(begun, time.lowerBound)..<time.upperBound
    return switch fault {
    case .kill, .stop: span(at: target, told, from: "die", to: "start", as: "down_s", asked)
    case .pause: span(at: target, told, from: "pause", to: "unpause", as: "paused_s", asked)
    case .limitCPU(let cores): cpuLimit(cores.count, at: target, time)
    case .burnCPU(let cores): cpuBurnt(cores.count, at: target, time)
    case .limitMemory(let limit): memoryLimit(limit, at: target, time)
    case .fillMemory(let amount): memoryFilled(amount, at: target, time)
    case .impair, .degrade, .partition, .fail: FaultFinding(took: nil)
    }
  }

  /// How much the median latency of the target's answers rose at the clients: the only thing that
  /// they can tell of a fault on packets.
  func clientFinding(
    about fault: Fault, at target: String, _ time: Range<Int64>
  ) -> FaultFinding {
    let obstacle = traffic?.obstacles[target] ?? "the target's packets cannot be seen"
    let words = wordsOfBackend[target] ?? []
    let before = load.window(0..<time.lowerBound, backends: words)
    let during = load.window(time, backends: words)
    guard case .impair(.delay(let delay), _) = fault, before.succeeded >= Self.fewestAnswers,
      during.succeeded >= Self.fewestAnswers
    else { return FaultFinding(took: nil, remark: obstacle) }
    let by = (during.latency.percentile(50) - before.latency.percentile(50)) / 1e6
    return FaultFinding(
      ["by_ms": Estimate(by)], took: by >= delay.by.inSeconds * 500,
      evidence: "\(HumaneText.count(during.succeeded)) answers at the clients", remark: obstacle)
  }

  /// The share of a target's answers that were errors with this status, as the clients saw them.
  func failures(
    of target: String, _ time: Range<Int64>, asked: Double, status: Int
  ) -> FaultFinding {
    guard let words = wordsOfBackend[target], !words.isEmpty else {
      return FaultFinding(took: nil, remark: "no answer says that it comes from \(target)")
    }
    let ending: LoadResult.Ending =
      switch status {
      case 502: .status502
      case 503: .status503
      case 504: .status504
      default: .statusOther
      }
    let window = load.window(time, backends: words)
    return .share(
      window.endings[ending, default: 0], among: window.succeeded + window.failed, asked: asked,
      evidence: "answers at the clients")
  }

  // MARK: Lives

  private func span(
    at target: String, _ time: Range<Int64>, from: String, to: String, as name: String,
    _ asked: Double
  ) -> FaultFinding {
    let begin = Double(time.lowerBound) / 1e9 - 1
    let end = Double(time.upperBound) / 1e9 + 5
    func happenings(_ word: String) -> [LiveReport.Event] {
      events.filter {
        $0.container == target && $0.event == word && (begin...end).contains($0.at)
      }
    }
    guard let first = happenings(from).first else {
      return FaultFinding(took: false, remark: "the engine told no '\(from)' of \(target)")
    }
    let evidence = "the engine's events"
    guard let last = happenings(to).first(where: { $0.at >= first.at }) else {
      return FaultFinding(took: true, evidence: evidence, remark: "the engine told no '\(to)'")
    }
    let seconds = last.at - first.at
    let wasUndone = seconds < asked / 2
    return FaultFinding(
      [name: Estimate(seconds)], took: !wasUndone, evidence: evidence,
      remark: wasUndone ? "somebody else undid it before its time" : nil)
  }

  // MARK: Limits

  /// The cores that a container used between the first and the last sample of a time, and whether
  /// its limit held it back.
  private func cores(
    of target: String, in time: Range<Int64>
  ) -> (used: Double, wasThrottled: Bool)? {
    let samples = usage[target, default: []].filter { time.contains($0.time) }
    guard let first = samples.first, let last = samples.last, last.time > first.time else {
      return nil
    }
    let seconds = Double(last.time - first.time) / 1e9
    return (
      (last.cpuSeconds - first.cpuSeconds) / seconds,
      last.throttledSeconds > first.throttledSeconds
    )
  }

  private static let tooFewSamples = FaultFinding(
    took: nil, remark: "the engine was asked too seldom to tell; let it last for 3 s or more")

  private func cpuLimit(_ asked: Double, at target: String, _ time: Range<Int64>) -> FaultFinding {
    guard let cores = cores(of: target, in: time) else { return Self.tooFewSamples }
    let isFull = cores.wasThrottled || cores.used >= asked * 0.8
    return FaultFinding(
      ["cpus": Estimate(cores.used)], took: cores.used > asked * 1.2 ? false : isFull ? true : nil,
      evidence: "CPU time of its control group",
      remark: isFull ? nil : "it wanted less than the limit")
  }

  private func cpuBurnt(_ asked: Double, at target: String, _ time: Range<Int64>) -> FaultFinding {
    guard let cores = cores(of: target, in: time) else { return Self.tooFewSamples }
    let before = self.cores(of: target, in: 0..<time.lowerBound)?.used ?? 0
    return FaultFinding(
      ["burn": Estimate(cores.used - before)], took: cores.used - before >= asked / 2,
      evidence: "CPU time of its control group")
  }

  private func memoryLimit(
    _ asked: ByteCount, at target: String, _ time: Range<Int64>
  ) -> FaultFinding {
    let samples = usage[target, default: []].filter { time.contains($0.time) }
    guard let last = samples.last else { return Self.tooFewSamples }
    // The kernel counts whole pages.
    return FaultFinding(
      ["limit_bytes": Estimate(Double(last.memoryLimitBytes))],
      took: abs(last.memoryLimitBytes - asked.bytes) < 65_536,
      evidence: "the limit of its control group")
  }

  private func memoryFilled(
    _ asked: ByteCount, at target: String, _ time: Range<Int64>
  ) -> FaultFinding {
    let samples = usage[target, default: []]
    guard let before = samples.last(where: { $0.time < time.lowerBound })?.memoryBytes,
      let most = samples.filter({ time.contains($0.time) }).map(\.memoryBytes).max()
    else { return Self.tooFewSamples }
    return FaultFinding(
      ["fill_bytes": Estimate(Double(most - before))], took: (most - before) * 2 >= asked.bytes,
      evidence: "the memory of its control group")
  }
}
