import ExperimentModel
import PacketCapture
import Reporting
import Statistics

/// What the packets of a target say about a fault on them.
///
/// They are seen inside the target's network, behind all that is done to what it sends and before
/// all that is done to what it receives (`Docs/Decisions/0037`). So of what it sends, lost packets
/// are missing in the numbers that its system gives them; of what it receives, the losses show when
/// the other end sends again.
public struct PacketEvidence {
  /// How many answers a median needs.
  private static let fewestAnswers = 5
  /// How many numbers a share of lost packets needs.
  private static let fewestNumbers = 20
  /// How many packets have to try for each one that was on its way when a cut began.
  private static let fewestPerStray = 10
  /// How many tenths of a second are one sample of a bandwidth.
  private static let sampleGrains = 5

  let witness: TrafficWitness
  /// When the fault was in force, and when none was, in nanoseconds since 1970.
  let during, calm: [Range<Int64>]

  /// Takes what a witness saw.
  public init(_ witness: TrafficWitness, during: [Range<Int64>], calm: [Range<Int64>]) {
    self.witness = witness
    self.during = during
    self.calm = calm
  }

  /// What is found of a fault; nil for one that does nothing to packets.
  public func finding(of fault: Fault) -> FaultFinding? {
    if witness.lost > 0 {
      return FaultFinding(
        took: nil,
        remark: "the capture lost \(HumaneText.count(witness.lost)) packets,"
          + " so nothing is claimed from it")
    }
    switch fault {
    case .impair(let impairment, let filter):
      return finding(of: impairment, isIncoming: filter.direction == .ingress, filter)
    case .degrade(let profile, let filter):
      // Of all that is done, the delay is what every packet tells of.
      let delay = PacketImpairment.delay(profile.delay)
      return finding(of: delay, isIncoming: filter.direction == .ingress, filter)
    case .partition: return cut(isIncoming: false)
    default: return nil
    }
  }

  private func finding(
    of impairment: PacketImpairment, isIncoming: Bool, _ filter: PacketFilter
  ) -> FaultFinding {
    if let transport = filter.transport, transport != .tcp {
      return FaultFinding(
        took: nil, remark: "only packets of TCP are counted, and it is about \(transport.rawValue)")
    }
    let figures = witness.figures(in: during)
    let sent = figures.sent
    switch impairment {
    case .delay(let delay):
      return added(delay, ways: filter.direction == .both ? 2 : 1, figures)
    case .drop(let model):
      let rate = model.rate.fraction
      if rate == 1 { return cut(isIncoming: isIncoming) }
      return isIncoming ? repetitions(figures, asked: rate) : gaps(sent, asked: rate)
    case .corrupt(let likelihood):
      if isIncoming { return repetitions(figures, asked: likelihood.rate.fraction) }
      return .share(
        sent.damaged + sent.missing, among: sent.counted + max(0, sent.missing),
        asked: likelihood.rate.fraction, evidence: "packets, by their checksums and numbers")
    case .reorder(let likelihood):
      return heldBack(
        figures, asked: likelihood.rate.fraction, isIncoming: isIncoming,
        ways: filter.direction == .both ? 2 : 1)
    case .duplicate, .throttle:
      guard !isIncoming else {
        return FaultFinding(
          took: nil, remark: "what happens to packets behind the target's network card is not seen")
      }
      return finding(of: impairment, sent)
    }
  }

  private func finding(
    of impairment: PacketImpairment, _ sent: TrafficFigures.Way
  ) -> FaultFinding {
    switch impairment {
    case .duplicate(let likelihood):
      return .share(
        sent.repeated, among: sent.counted - sent.repeated, asked: likelihood.rate.fraction,
        evidence: "packets, by their numbers")
    case .throttle(let bandwidth): return pace(asked: bandwidth.bitsPerSecond)
    case .delay, .drop, .corrupt, .reorder: preconditionFailure("these are judged before")
    }
  }

  // MARK: Reordering

  /// Packets that were held back so that others could overtake them.
  ///
  /// The host answers a SYN in microseconds, so that each one that was held back shows, also where
  /// no packet came close behind to overtake it.
  private func heldBack(
    _ figures: TrafficFigures, asked: Double, isIncoming: Bool, ways: Int
  ) -> FaultFinding {
    guard figures.openings.count >= Self.fewestNumbers else {
      return isIncoming
        ? .tooLittle("\(HumaneText.count(figures.openings.count)) answers to SYNs")
        : overtaken(figures.sent)
    }
    let calm = witness.figures(in: calm).openings.map(Double.init)
    let usual = Int64(Estimate(medianOf: calm)?.value ?? 0)
    let span = PacketImpairment.overtakingSpan.nanoseconds
    let held = figures.openings.map { time in
      // A packet that was lost besides comes much later.
      min(ways, max(0, Int((time - usual + span / 2) / span)))
    }
    return .share(
      held.reduce(0, +), among: held.count * ways, asked: asked,
      evidence: "answers to SYNs, by their delay")
  }

  /// Packets that came after later ones.
  private func overtaken(_ sent: TrafficFigures.Way) -> FaultFinding {
    guard sent.numbered > 0 else { return .tooLittle("no packets with numbers") }
    return FaultFinding(
      ["rate": Estimate(shareOf: max(0, sent.late), among: sent.numbered)],
      took: sent.late > 0 ? true : nil,
      evidence: "\(HumaneText.count(sent.numbered)) packets, by their numbers",
      remark: "only packets with another of their connection close behind can be overtaken")
  }

  // MARK: Delays

  /// How much later the host answers than in calm times.
  private func added(
    _ delay: PacketDelay, ways: Double, _ figures: TrafficFigures
  ) -> FaultFinding {
    let before = witness.figures(in: calm)
    let opens = figures.openings.count >= Self.fewestAnswers
    let now = opens ? figures.openings : figures.acknowledgements
    let then = opens ? before.openings : before.acknowledgements
    let what = opens ? "answers to SYNs" : "acknowledgements"
    func milliseconds(_ times: [Int64]) -> [Double] { times.map { Double($0) / 1e6 / ways } }
    guard now.count >= Self.fewestAnswers, let median = Estimate(medianOf: milliseconds(now)) else {
      return .tooLittle("\(HumaneText.count(now.count)) answers while it was in force")
    }
    // A system answers a SYN in microseconds, so that this needs no calm time to compare with.
    guard opens || then.count >= Self.fewestAnswers else {
      return .tooLittle("\(HumaneText.count(then.count)) answers before it")
    }
    let usual = Estimate(medianOf: milliseconds(then))?.value ?? 0
    let asked = delay.by.inSeconds * 1000
    let by = Estimate(
      median.value - usual,
      interval: median.interval.map { ($0.lowerBound - usual)...($0.upperBound - usual) })
    return FaultFinding(
      ["by_ms": by], took: by.value >= asked / 2,
      evidence: "\(HumaneText.count(now.count)) \(what)"
        + " against \(HumaneText.count(then.count)) before")
  }

  // MARK: Losses

  /// Packets that the host counted and that never came.
  private func gaps(_ sent: TrafficFigures.Way, asked: Double?) -> FaultFinding {
    // Batches that are cut up later, and IPv6, have no numbers that tell; there the repetitions
    // do that come after what was sent behind them.
    guard sent.numbered >= Self.fewestNumbers else {
      return .share(
        sent.resent, among: sent.asking, asked: asked, evidence: "segments, by repetitions")
    }
    // A batch is lost as one packet, whatever numbers it takes, and the lost are like the others.
    let missing = Double(max(0, sent.missing))
    let lost = Int((missing * Double(sent.numbered) / Double(sent.numbers)).rounded())
    return .share(
      lost, among: sent.numbered + lost, asked: asked, evidence: "packets, by their numbers")
  }

  /// Segments that the other end had to send again.
  private func repetitions(_ figures: TrafficFigures, asked: Double?) -> FaultFinding {
    .share(
      figures.received.resent, among: figures.received.asking, asked: asked,
      evidence: "segments, by repetitions")
  }

  /// Nothing passes: the host says nothing, or answers nothing, while others try.
  private func cut(isIncoming: Bool) -> FaultFinding {
    let figures = witness.figures(in: during)
    let answered = figures.openings.count + figures.acknowledgements.count
    let passed = isIncoming ? answered : figures.sent.packets
    let tried = figures.received.packets
    guard tried > 0 || passed > 0 else { return silence() }
    // Some may have been on their way when it began.
    return FaultFinding(
      ["passed": Estimate(Double(passed)), "tried": Estimate(Double(tried))],
      took: passed * Self.fewestPerStray <= tried,
      evidence: "\(HumaneText.count(tried)) packets that came to the target",
      remark: passed == 0 ? nil : "\(HumaneText.count(passed)) packets passed all the same")
  }

  /// Nobody is heard at all, since what the host sends is lost before it is seen: that tells
  /// something where packets passed in calm times.
  private func silence() -> FaultFinding {
    let before = witness.figures(in: calm)
    func length(_ spans: [Range<Int64>]) -> Double {
      spans.reduce(0) { $0 + Double($1.upperBound - $1.lowerBound) }
    }
    let packets = before.sent.packets + before.received.packets
    let expected = Double(packets) * length(during) / max(1, length(calm))
    guard expected >= Double(Self.fewestNumbers) else { return .tooLittle("nobody tried to pass") }
    return FaultFinding(
      ["passed": Estimate(0), "tried": Estimate(0)], took: true,
      evidence: "\(HumaneText.count(packets)) packets that passed in calm times")
  }

  // MARK: Bandwidths

  /// The bandwidth of the times in which the host sent as much as it was let.
  private func pace(asked: Double) -> FaultFinding {
    let bytes = during.flatMap(witness.bytesSent)
    let samples = stride(from: 0, to: bytes.count, by: Self.sampleGrains).compactMap { start in
      start + Self.sampleGrains <= bytes.count
        ? Double(bytes[start..<start + Self.sampleGrains].reduce(0, +) * 8)
          / (Double(TrafficWitness.grain) / 1e9 * Double(Self.sampleGrains)) : nil
    }
    let full = samples.filter { $0 >= asked * 0.8 }
    guard full.count >= 2 else {
      if let finding = closePace(asked: asked) { return finding }
      return FaultFinding(
        ["bandwidth_bits_per_s": Estimate(samples.max() ?? 0)], took: nil,
        evidence: "the fullest of \(samples.count) half seconds",
        remark: "not enough traffic to tell: less was sent than the limit lets through")
    }
    let pace = Estimate(meanOf: full)
    return FaultFinding(
      ["bandwidth_bits_per_s": pace], took: pace.value <= asked * 1.25,
      evidence: "\(full.count) of \(samples.count) half seconds, in which the limit was reached")
  }

  /// The bandwidth at which packets left that followed others closely; nil where few did.
  ///
  /// Also a host that sends little sends some packets at once, and a limit draws these apart.
  private func closePace(asked: Double) -> FaultFinding? {
    let pace = witness.figures(in: during).sent.pace
    guard pace.packets >= Self.fewestNumbers else { return nil }
    let bandwidth = Double(pace.bytes * 8) * 1e9 / Double(max(1, pace.nanoseconds))
    return FaultFinding(
      ["bandwidth_bits_per_s": Estimate(bandwidth)], took: bandwidth <= asked * 1.25,
      evidence: "\(HumaneText.count(pace.packets)) packets that left close behind others")
  }
}
