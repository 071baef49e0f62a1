/// One connection as a witness follows it: only what figures need, and nothing of its data.
struct WitnessedFlow {
  /// A segment that came to the host and waits for its acknowledgement.
  private struct Question {
    var time: Int64
    var end: SequenceNumber
    var opens: Bool
  }

  /// One direction.
  fileprivate struct Direction {
    var numbers = PacketNumbers()
    var highest: SequenceNumber?
  }

  /// The most data, with options, that a segment carries here, as both SYNs say.
  ///
  /// A greater one is a batch that is cut up later. It is nil where no SYN was seen.
  private var segmentSize: Int?

  private var sent = Direction()
  private var received = Direction()
  private var question: Question?
  /// The number of the SYN that opened it, as far as it was seen.
  private var firstNumber: SequenceNumber?

  /// Whether a SYN is the one, or a repetition of the one, that opened this connection.
  func isOpened(by segment: TCPSegment) -> Bool { firstNumber == segment.sequence }

  /// Counts a segment that the host sent.
  mutating func take(sent segment: TCPSegment, into figures: inout TrafficFigures) {
    noteOpening(segment)
    sent.count(segment, numbers: numbers(of: segment), in: &figures.sent)
    guard let asked = question, segment.flags.contains(.acknowledgement),
      asked.end.distance(from: segment.acknowledgement) <= 0
    else { return }
    question = nil
    let time = max(0, segment.time - asked.time)
    if asked.opens { figures.openings.append(time) } else { figures.acknowledgements.append(time) }
  }

  /// Counts a segment that came to the host.
  mutating func take(received segment: TCPSegment, into figures: inout TrafficFigures) {
    noteOpening(segment)
    let isNew = received.count(
      segment, numbers: numbers(of: segment), in: &figures.received)
    // The first question counts, since an answer to a repetition answers it too.
    guard isNew, question == nil, !segment.flags.contains(.reset) else { return }
    question = Question(
      time: segment.time, end: segment.fullEnd, opens: segment.flags.contains(.syn))
  }

  /// Counts a packet that the host sent and that is damaged, of which nothing else is believed.
  mutating func take(damaged segment: TCPSegment, into figures: inout TrafficFigures) {
    figures.sent.packets += 1
    figures.sent.bytes += segment.packetLength
    // Where a damaged header hides a packet, only its number tells that it was there.
    guard segment.number != 0 else { return }
    figures.sent.counted += 1
    figures.sent.damaged += 1
    sent.numbers.skip(count: numbers(of: segment))
  }

  private mutating func noteOpening(_ segment: TCPSegment) {
    if segment.opensConnection { firstNumber = segment.sequence }
    if let size = segment.maximumSize.map(Int.init) {
      segmentSize = min(segmentSize ?? size, size)
    }
  }

  /// The least data that any network carries in a packet (RFC 9293, section 3.7.1).
  private static let leastSize = 536

  /// How many numbers a segment takes; nil when nobody knows.
  private func numbers(of segment: TCPSegment) -> Int? {
    if segment.length <= Self.leastSize - segment.optionsLength { return 1 }
    guard let room = segmentSize.map({ $0 - segment.optionsLength }), room > 0 else { return nil }
    return (segment.length + room - 1) / room
  }
}

extension WitnessedFlow.Direction {
  /// Counts a segment; returns whether it asks for an acknowledgement for the first time.
  @discardableResult
  fileprivate mutating func count(
    _ segment: TCPSegment, numbers count: Int?, in way: inout TrafficFigures.Way
  ) -> Bool {
    way.packets += 1
    way.bytes += segment.packetLength
    if segment.flags.contains(.reset) { way.resets += 1 }
    // What no connected socket sent, such as the answer to a SYN or to a last FIN, has no number.
    if let number = segment.number, number != 0 {
      way.counted += 1
      switch numbers.take(number, count: count) {
      case .inOrder(let missing):
        way.numbered += 1
        way.numbers += count ?? 1
        way.missing += missing
      case .late:
        way.numbered += 1
        way.numbers += 1
        way.missing -= 1
        way.late += 1
      case .repeated:
        way.repeated += 1
        return false
      case .untold: break
      }
    }
    guard segment.fullEnd != segment.sequence else { return false }
    guard let highest, segment.fullEnd.distance(from: highest) <= 0 else {
      highest = segment.fullEnd
      way.asking += 1
      return true
    }
    // A byte that was acknowledged before asks only whether the other end is still there.
    guard segment.length > 1 || segment.steers else { return false }
    way.asking += 1
    way.resent += 1
    return false
  }
}

extension TCPSegment {
  /// The number behind all that it takes: SYN and FIN count as one each.
  fileprivate var fullEnd: SequenceNumber {
    end + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
  }
}
