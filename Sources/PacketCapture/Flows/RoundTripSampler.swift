/// The round-trip times that one direction's data shows, sampled as Karn's algorithm allows.
///
/// A segment that was sent twice tells nothing, since its acknowledgement may answer either
/// (Karn and Partridge, 1987); and one behind a hole was acknowledged late, so it tells nothing
/// either.
struct RoundTripSampler {
  /// More than any honest sender has under way; beyond it the oldest are forgotten.
  private static let limit = 4096

  private struct Sent {
    var end: SequenceNumber
    var time: Int64
    var isAmbiguous: Bool
  }

  private var underWay: [Sent] = []
  private var highest: SequenceNumber?
  /// The times in nanoseconds, in the order of the acknowledgements.
  private(set) var samples: [Int64] = []

  /// Remembers a segment that carries data.
  mutating func noteSent(_ segment: TCPSegment) {
    guard segment.length > 0 else { return }
    guard let highest, segment.sequence.precedes(highest) else {
      if underWay.count == Self.limit { underWay.removeFirst(Self.limit / 2) }
      underWay.append(Sent(end: segment.end, time: segment.time, isAmbiguous: false))
      highest = segment.end
      return
    }
    for index in underWay.indices where segment.sequence.precedes(underWay[index].end) {
      underWay[index].isAmbiguous = true
    }
    if highest.precedes(segment.end) {
      underWay.append(Sent(end: segment.end, time: segment.time, isAmbiguous: true))
      self.highest = segment.end
    }
  }

  /// Takes a sample where an acknowledgement of the other side allows one.
  mutating func noteAcknowledged(_ segment: TCPSegment) {
    guard segment.flags.contains(.acknowledgement) else { return }
    let covered = underWay.prefix { $0.end.distance(from: segment.acknowledgement) <= 0 }
    guard let last = covered.last else { return }
    if last.end == segment.acknowledgement, !covered.contains(where: \.isAmbiguous) {
      samples.append(max(0, segment.time - last.time))
    }
    underWay.removeFirst(covered.count)
  }
}
