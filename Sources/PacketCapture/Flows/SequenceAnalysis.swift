/// What Wireshark would say about a segment, judged by the same rules.
///
/// The rules are those of its "TCP analysis" (User's Guide, section 7.5), in its order, so that
/// both tools give the same counts; where it guesses, this guesses alike.
struct SequenceAnalysis {
  /// What a segment is found to be.
  struct Findings: OptionSet {
    var rawValue: UInt16
    static let retransmission = Findings(rawValue: 1)
    static let outOfOrder = Findings(rawValue: 2)
    static let duplicateAcknowledgement = Findings(rawValue: 4)
    static let zeroWindow = Findings(rawValue: 8)
    static let zeroWindowProbe = Findings(rawValue: 16)
    static let zeroWindowProbeAnswer = Findings(rawValue: 32)
    static let keepAlive = Findings(rawValue: 64)
    static let keepAliveAnswer = Findings(rawValue: 128)
  }

  /// How long after the last acknowledgement a fast retransmission may come, in nanoseconds.
  private static let fastRetransmissionLimit: Int64 = 20_000_000
  /// What stands for the round-trip time while it is not known, in nanoseconds.
  private static let assumedRoundTrip: Int64 = 3_000_000

  /// What is remembered of one direction.
  private struct Direction {
    /// The number behind the highest byte seen, and when that was seen.
    var next: SequenceNumber?
    var nextTime: Int64 = 0
    var acknowledged: SequenceNumber?
    var acknowledgedTime: Int64 = 0
    var window: UInt16?
    var duplicates = 0
    var lastFindings: Findings = []
  }

  private var directions = (Direction(), Direction())

  /// Judges a segment, and remembers it.
  ///
  /// - Parameter roundTrip: the time of the handshake in nanoseconds, as far as it is known.
  mutating func judge(
    _ segment: TCPSegment, fromFirst: Bool, roundTrip: Int64?
  ) -> Findings {
    if !fromFirst { swap(&directions.0, &directions.1) }
    defer { if !fromFirst { swap(&directions.0, &directions.1) } }
    var findings = acknowledgementFindings(segment)
    if segment.acknowledgement != directions.0.acknowledged { directions.0.duplicates = 0 }
    let carries = segment.length > 0 || !segment.flags.isDisjoint(with: [.syn, .fin])
    if carries, !findings.contains(.keepAlive) {
      findings.formUnion(repetition(segment, roundTrip: roundTrip ?? Self.assumedRoundTrip))
    }
    remember(segment, findings)
    return findings
  }

  private func acknowledgementFindings(_ segment: TCPSegment) -> Findings {
    let (own, other) = (directions.0, directions.1)
    let isNext = segment.sequence == own.next
    if segment.length == 1, isNext, other.window == 0 { return .zeroWindowProbe }
    var findings: Findings = []
    if segment.window == 0, !segment.steers { findings.insert(.zeroWindow) }
    if segment.length <= 1, !segment.steers, let next = own.next, segment.sequence == next - 1 {
      findings.insert(.keepAlive)
    }
    let repeats =
      segment.length == 0 && !segment.steers && isNext && segment.window == own.window
      && segment.acknowledgement == own.acknowledged
    guard repeats else { return findings }
    if segment.window == 0 {
      if other.lastFindings.contains(.zeroWindowProbe) { findings.insert(.zeroWindowProbeAnswer) }
    } else if other.lastFindings.contains(.keepAlive) {
      findings.insert(.keepAliveAnswer)
    } else {
      findings.insert(.duplicateAcknowledgement)
    }
    return findings
  }

  /// What a segment is that brings no new bytes.
  private func repetition(_ segment: TCPSegment, roundTrip: Int64) -> Findings {
    let (own, other) = (directions.0, directions.1)
    // All of it had been acknowledged: the repetition was not needed.
    if segment.length > 0, let acknowledged = other.acknowledged,
      segment.end.distance(from: acknowledged) <= 0
    {
      return .retransmission
    }
    guard let next = own.next, segment.sequence.precedes(next) else { return [] }
    // One byte had been sent as a probe of a closed window, and comes again with what follows it.
    if segment.length > 1, next - 1 == segment.sequence { return [] }
    // Asked for by at least two duplicate acknowledgements.
    if other.duplicates >= 2, other.acknowledged == segment.sequence,
      segment.time - other.acknowledgedTime < Self.fastRetransmissionLimit
    {
      return .retransmission
    }
    let end = segment.end + (segment.flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1)
    if segment.time - own.nextTime < roundTrip, next != end { return .outOfOrder }
    return .retransmission
  }

  private mutating func remember(_ segment: TCPSegment, _ findings: Findings) {
    let end = segment.end + (segment.flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1)
    let advances = directions.0.next.map { $0.precedes(end) } ?? true
    if advances, !findings.contains(.zeroWindowProbe) {
      directions.0.next = end
      directions.0.nextTime = segment.time
    }
    if findings.contains(.duplicateAcknowledgement) { directions.0.duplicates += 1 }
    directions.0.window = segment.window
    directions.0.acknowledged =
      segment.acknowledgement.value == 0 ? nil : segment.acknowledgement
    directions.0.acknowledgedTime = segment.time
    directions.0.lastFindings = findings
  }
}
