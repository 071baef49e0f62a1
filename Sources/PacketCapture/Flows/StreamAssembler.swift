/// The bytes of one direction, put into their order.
///
/// A byte is handed on when the receiver has it and all before it: at the time of the segment that
/// closes the hole in front of it. What the capture missed although the receiver got it is handed
/// on as missing.
struct StreamAssembler {
  /// A run of bytes in their order.
  enum Piece {
    case bytes(ArraySlice<UInt8>)
    /// So many bytes that the capture does not have.
    case missing(Int)
  }

  /// How much may wait behind a hole before the hole is given up.
  private static let waitingLimit = (segments: 1024, bytes: 4 << 20)

  private struct Waiting {
    var start: SequenceNumber
    var length: Int
    var data: ArraySlice<UInt8>
    var end: SequenceNumber { start + length }
  }

  private var next: SequenceNumber?
  private var waiting: [Waiting] = []
  private var waitingBytes = 0

  /// Takes a segment, and hands on what is in order now.
  mutating func take(_ segment: TCPSegment, handOn: (Piece) -> Void) {
    let start = segment.flags.contains(.syn) ? segment.sequence + 1 : segment.sequence
    let expected = next ?? start
    next = expected
    guard segment.length > 0 else { return }
    let piece = Waiting(start: start, length: segment.length, data: segment.data)
    guard start.distance(from: expected) > 0 else {
      emit(piece, handOn)
      return drain(handOn)
    }
    keep(piece)
    let (segments, bytes) = Self.waitingLimit
    if waiting.count > segments || waitingBytes > bytes { skipHole(handOn) }
  }

  /// Gives up holes that the receiver does not have: it acknowledged what lies behind them.
  mutating func noteAcknowledged(_ segment: TCPSegment, handOn: (Piece) -> Void) {
    guard segment.flags.contains(.acknowledgement) else { return }
    while let first = waiting.first, first.end.distance(from: segment.acknowledgement) <= 0 {
      skipHole(handOn)
    }
  }

  /// Hands on everything that still waits, at the end of the capture.
  mutating func finish(handOn: (Piece) -> Void) {
    while !waiting.isEmpty { skipHole(handOn) }
  }

  private mutating func keep(_ piece: Waiting) {
    let place = waiting.firstIndex { piece.start.precedes($0.start) } ?? waiting.endIndex
    // A slice would keep the whole buffer of the file alive.
    var kept = piece
    kept.data = ArraySlice(Array(piece.data))
    waiting.insert(kept, at: place)
    waitingBytes += kept.data.count
  }

  private mutating func skipHole(_ handOn: (Piece) -> Void) {
    guard let first = waiting.first, let expected = next else { return }
    let hole = first.start.distance(from: expected)
    if hole > 0 {
      handOn(.missing(hole))
      next = first.start
    }
    drain(handOn)
  }

  private mutating func drain(_ handOn: (Piece) -> Void) {
    while let first = waiting.first, let expected = next, first.start.distance(from: expected) <= 0
    {
      waiting.removeFirst()
      waitingBytes -= first.data.count
      emit(first, handOn)
    }
  }

  /// Hands on the part of a piece that is new.
  private mutating func emit(_ piece: Waiting, _ handOn: (Piece) -> Void) {
    guard let expected = next else { return }
    let known = expected.distance(from: piece.start)
    // Half the circle away, each of two numbers precedes the other.
    guard (0..<piece.length).contains(known) else { return }
    let fresh = piece.data.dropFirst(known)
    if !fresh.isEmpty { handOn(.bytes(fresh)) }
    let missing = piece.length - known - fresh.count
    if missing > 0 { handOn(.missing(missing)) }
    next = piece.end
  }
}
