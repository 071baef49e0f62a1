import ClusterModel
import ExperimentModel
import FaultInjection
import LoadGeneration
import PacketCapture
import Reporting
import Statistics

/// What can be told about the faults of a run when it is over: asked against measured.
struct FaultMeasurement {
  let load: LoadResult
  let events: [LiveReport.Event]
  /// What the containers used, by their names.
  let usage: [String: [UsageSample]]
  /// The answers' words for each backend.
  let wordsOfBackend: [String: [String]]
  /// The packets of the targets; nil where nobody looks.
  let traffic: TrafficWatch?
  /// The start of the run, in nanoseconds since 1970.
  let start: Int64

  /// The accounts of all faults, an occurrence a row.
  func rows(of timeline: FaultTimeline) -> [LiveReport.Fault] {
    timeline.occurrences.enumerated().map { place, occurrence in
      row(
        occurrence, timeline.faults.filter { $0.occurrence == place }, among: timeline.faults)
    }
  }

  private func row(
    _ occurrence: FaultOccurrence, _ parts: [TimelineFault], among all: [TimelineFault]
  ) -> LiveReport.Fault {
    let findings = parts.map { part in
      (target: part.target, finding: whatIsKnown(of: part, occurrence, among: all))
    }
    let finding = FaultFinding.together(findings)
    let made = parts.filter { $0.from != nil }
    var asked = occurrence.fault.asked
    if let duration = occurrence.duration { asked["for_s"] = .number(duration.inSeconds) }
    return LiveReport.Fault(
      fault: occurrence.fault.name, targets: occurrence.targets,
      via: made.first?.injection.via?.rawValue, asked: asked,
      measured: finding.measured.mapValues { Figure($0.value, interval: $0.interval) },
      took: finding.took, from: made.compactMap(\.from).min().map { Double($0) / 1e9 },
      until: made.compactMap(\.until).max().map { Double($0) / 1e9 },
      evidence: finding.evidence, remark: finding.remark)
  }

  /// What is found of a fault at one target.
  private func whatIsKnown(
    of part: TimelineFault, _ occurrence: FaultOccurrence, among all: [TimelineFault]
  ) -> FaultFinding {
    if let failure = part.failure { return FaultFinding(took: false, remark: "\(failure)") }
    guard let from = part.from else {
      return FaultFinding(took: false, remark: "the run was over before its time")
    }
    let time = from..<end(of: part, occurrence)
    switch part.fault {
    case .kill, .stop, .pause, .limitCPU, .burnCPU, .limitMemory, .fillMemory:
      return engineFinding(
        about: part.fault, at: part.target, time, begun: part.begun ?? from,
        lasts: occurrence.duration != nil)
    case .impair, .degrade, .partition:
      let witness = traffic?.witness(of: part.fault, at: part.target)
      guard let witness else {
        return clientFinding(about: part.fault, at: part.target, time)
      }
      let evidence = PacketEvidence(
        witness, during: [onTheWall(time)],
        calm: calmTimes(of: part.target, all).map(onTheWall))
      return evidence.finding(of: part.fault) ?? FaultFinding(took: nil)
    case .fail(let rate, let status):
      return failures(of: part.target, time, asked: rate.fraction, status: status)
    }
  }

  /// When a fault ended, in nanoseconds of the run: by itself, or with the run.
  private func end(of part: TimelineFault, _ occurrence: FaultOccurrence) -> Int64 {
    let from = part.from ?? 0
    let planned = occurrence.duration.map { from + $0.nanoseconds } ?? .max
    return max(from, min(part.until ?? load.length, part.leaseEnds ?? planned))
  }

  private func onTheWall(_ time: Range<Int64>) -> Range<Int64> {
    time.lowerBound + start..<time.upperBound + start
  }

  /// The times of a run in which nothing was done to a target, and its consequences were over.
  private func calmTimes(of target: String, _ all: [TimelineFault]) -> [Range<Int64>] {
    let aftermath: Int64 = 1_000_000_000
    var calm: [Range<Int64>] = []
    var since: Int64 = 0
    let times = all.filter { $0.target == target }.compactMap { fault in
      fault.from.map { $0..<max($0, fault.until ?? load.length) + aftermath }
    }
    for time in times.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if time.lowerBound > since { calm.append(since..<time.lowerBound) }
      since = max(since, time.upperBound)
    }
    if load.length > since { calm.append(since..<load.length) }
    return calm
  }
}
