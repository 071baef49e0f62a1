import ClusterModel
import ExperimentModel
import FaultInjection
import LoadGeneration
import Reporting
import Statistics

/// What can be told about the faults of a run when it is over: asked against measured.
struct FaultMeasurement {
  /// How many answers a window needs before its median says anything.
  private static let fewestAnswers = 5

  let load: LoadResult
  let events: [LiveReport.Event]
  /// The answers' words for each backend.
  let wordsOfBackend: [String: [String]]
  /// What the packets tell; nil without a capture.
  let packets: CapturedRequests?
  /// The addresses of each backend's container.
  let addresses: [String: [String]]

  /// The accounts of all faults, an occurrence a row.
  func rows(of timeline: FaultTimeline) -> [LiveReport.Fault] {
    timeline.occurrences.enumerated().map { place, occurrence in
      row(occurrence, timeline.faults.filter { $0.occurrence == place })
    }
  }

  private func row(_ occurrence: FaultOccurrence, _ parts: [TimelineFault]) -> LiveReport.Fault {
    let made = parts.filter { $0.from != nil }
    let measured = made.count == 1 ? measured(occurrence, made[0]) : nil
    let remarks =
      parts.compactMap { $0.failure?.description }
      + made.filter { !tookEffect(occurrence, $0, nil) }.map { "\($0.target) was not affected" }
    let from = made.compactMap(\.from).min().map { Double($0) / 1e9 }
    let until = made.compactMap(\.until).max().map { Double($0) / 1e9 }
    var asked = occurrence.fault.asked
    if let duration = occurrence.duration { asked["for_s"] = .number(duration.inSeconds) }
    return LiveReport.Fault(
      fault: occurrence.fault.name, targets: occurrence.targets,
      via: made.first?.injection.via?.rawValue, asked: asked, measured: measured,
      took: !made.isEmpty && made.count == parts.count
        && made.allSatisfy { tookEffect(occurrence, $0, measured) },
      from: from, until: until,
      remark: made.isEmpty && remarks.isEmpty
        ? "the run was over before its time" : remarks.first)
  }

  /// Whether a fault did what was asked for, by the best witness there is.
  private func tookEffect(
    _ occurrence: FaultOccurrence, _ fault: TimelineFault, _ measured: [String: Double]?
  ) -> Bool {
    switch occurrence.fault {
    case .kill, .stop: return !happenings(of: fault, "die").isEmpty
    case .pause: return !happenings(of: fault, "pause").isEmpty
    case .impair(.delay(let delay), _):
      guard let by = measured?["by_ms"] else { return true }
      return by >= delay.by.inSeconds * 1000 / 2
    default: return true
    }
  }

  private func measured(
    _ occurrence: FaultOccurrence, _ fault: TimelineFault
  ) -> [String: Double]? {
    switch occurrence.fault {
    case .kill, .stop: return span(of: fault, from: "die", to: "start").map { ["down_s": $0] }
    case .pause: return span(of: fault, from: "pause", to: "unpause").map { ["paused_s": $0] }
    case .impair(.delay, _): return addedDelay(by: fault).map { ["by_ms": $0] }
    default: return nil
    }
  }

  /// The events of a fault's target in its time, a moment before and after included.
  private func happenings(of fault: TimelineFault, _ word: String) -> [LiveReport.Event] {
    guard let from = fault.from else { return [] }
    let begin = Double(from) / 1e9 - 1
    let end = fault.until.map { Double($0) / 1e9 + 1 } ?? begin + 4
    return events.filter {
      $0.container == fault.target && $0.event == word && (begin...end).contains($0.at)
    }
  }

  private func span(of fault: TimelineFault, from: String, to: String) -> Double? {
    guard let first = happenings(of: fault, from).first,
      let last = happenings(of: fault, to).last(where: { $0.at >= first.at })
    else { return nil }
    return last.at - first.at
  }

  /// How much the median latency of the target's answers rose, against the time before, in
  /// milliseconds: on the wire, or else at the clients; nil where too few answers are known.
  private func addedDelay(by fault: TimelineFault) -> Double? {
    guard let from = fault.from else { return nil }
    for address in addresses[fault.target] ?? [] {
      func median(_ span: Range<Int64>) -> Double? {
        packets?.median(of: address, in: span, fewest: Self.fewestAnswers)
      }
      if let before = median(0..<from), let during = median(from..<(fault.until ?? load.length)) {
        return during - before
      }
    }
    let words = wordsOfBackend[fault.target] ?? []
    let before = load.window(0..<from, backends: words)
    let during = load.window(from..<(fault.until ?? load.length), backends: words)
    guard before.succeeded >= Self.fewestAnswers, during.succeeded >= Self.fewestAnswers else {
      return nil
    }
    return (during.latency.percentile(50) - before.latency.percentile(50)) / 1e6
  }
}
