/// One TCP connection, as far as the capture has it.
struct TCPFlow {
  /// Who sent the first packet that was seen, and to whom.
  let first, second: Endpoint
  private(set) var packets = 0
  private(set) var bytes = 0
  private(set) var retransmissions = 0
  private(set) var outOfOrder = 0
  private(set) var duplicateAcknowledgements = 0
  private(set) var zeroWindows = 0
  private(set) var longestGap: Int64 = 0
  /// From the last SYN of the client to its acknowledgement of the answer, in nanoseconds.
  private(set) var handshakeTime: Int64?
  private(set) var conversation = HTTPConversation()
  /// When something was sent again, for a report that splits by time.
  private(set) var retransmissionTimes: [Int64] = []

  private var clientIsFirst: Bool?
  private var resetIsByFirst: Bool?
  private var lastTime: Int64?
  private var synTime: Int64?
  private var wasAnswered = false
  private var analysis = SequenceAnalysis()
  private var samplers = (RoundTripSampler(), RoundTripSampler())
  private var assemblers = (StreamAssembler(), StreamAssembler())
  /// The first sequence number of whoever sent the first packet, once it is known.
  private var firstBase, secondBase: SequenceNumber?

  /// Begins a flow with its first segment, which has to be taken as well.
  init(startingWith segment: TCPSegment) {
    first = segment.source
    second = segment.destination
  }

  /// Whether a segment opens another connection between the same ends.
  func isReopened(by segment: TCPSegment) -> Bool {
    guard segment.opensConnection else { return false }
    let base = segment.source == first ? firstBase : secondBase
    return base.map { $0 != segment.sequence } ?? false
  }

  /// All round-trip times of data, of both directions, in nanoseconds.
  var roundTripTimes: [Int64] { samplers.0.samples + samplers.1.samples }

  /// The end that opened the connection, or that asks, or that has the greater port.
  var client: Endpoint { (clientIsFirst ?? (first.port >= second.port)) ? first : second }

  /// The end that the client talks to.
  var server: Endpoint { client == first ? second : first }

  /// Who broke the connection off.
  var resetBy: Endpoint? { resetIsByFirst.map { $0 ? first : second } }

  /// Takes a segment of this connection.
  mutating func take(_ segment: TCPSegment) {
    let fromFirst = segment.source == first
    count(segment)
    learnWhoAsks(segment, fromFirst: fromFirst)
    noteBase(segment, fromFirst: fromFirst)
    let findings = analysis.judge(segment, fromFirst: fromFirst, roundTrip: handshakeTime)
    count(findings, at: segment.time)
    noteHandshake(segment)
    if segment.flags.contains(.reset), resetIsByFirst == nil { resetIsByFirst = fromFirst }
    if fromFirst {
      samplers.0.noteSent(segment)
      samplers.1.noteAcknowledged(segment)
    } else {
      samplers.1.noteSent(segment)
      samplers.0.noteAcknowledged(segment)
    }
    read(segment, fromFirst: fromFirst)
  }

  /// Reads what still waits behind holes, at the end of the capture.
  mutating func finish() {
    guard let time = lastTime else { return }
    var pieces: [StreamAssembler.Piece] = []
    assemblers.0.finish { pieces.append($0) }
    hand(pieces, fromFirst: true, at: time)
    pieces = []
    assemblers.1.finish { pieces.append($0) }
    hand(pieces, fromFirst: false, at: time)
  }

  // MARK: Parts

  private mutating func count(_ segment: TCPSegment) {
    packets += 1
    bytes += segment.packetLength
    if let lastTime { longestGap = max(longestGap, segment.time - lastTime) }
    lastTime = segment.time
  }

  private mutating func count(_ findings: SequenceAnalysis.Findings, at time: Int64) {
    if findings.contains(.retransmission) {
      retransmissions += 1
      retransmissionTimes.append(time)
    }
    if findings.contains(.outOfOrder) { outOfOrder += 1 }
    if findings.contains(.duplicateAcknowledgement) { duplicateAcknowledgements += 1 }
    if findings.contains(.zeroWindow) { zeroWindows += 1 }
  }

  private mutating func learnWhoAsks(_ segment: TCPSegment, fromFirst: Bool) {
    guard clientIsFirst == nil else { return }
    if segment.flags.contains(.syn) {
      clientIsFirst = segment.opensConnection == fromFirst
    } else if HTTPHead.mayBegin(segment.data, asResponse: true) {
      clientIsFirst = !fromFirst
    } else if HTTPHead.mayBegin(segment.data, asResponse: false) {
      clientIsFirst = fromFirst
    } else if segment.length > 0 {
      clientIsFirst = first.port >= second.port
    }
  }

  private mutating func noteBase(_ segment: TCPSegment, fromFirst: Bool) {
    let base = segment.flags.contains(.syn) ? segment.sequence : segment.sequence - 1
    let other = segment.acknowledgement - 1
    let acknowledges = segment.flags.contains(.acknowledgement)
    if fromFirst {
      firstBase = firstBase ?? base
      if acknowledges { secondBase = secondBase ?? other }
    } else {
      secondBase = secondBase ?? base
      if acknowledges { firstBase = firstBase ?? other }
    }
  }

  private mutating func noteHandshake(_ segment: TCPSegment) {
    guard handshakeTime == nil else { return }
    if segment.opensConnection {
      synTime = segment.time
    } else if segment.flags.contains(.syn) {
      wasAnswered = true
    } else if segment.flags.contains(.acknowledgement), wasAnswered,
      !segment.flags.contains(.reset), let synTime
    {
      handshakeTime = max(0, segment.time - synTime)
    }
  }

  /// Reads the data of a segment, and what its acknowledgement tells of the other direction.
  private mutating func read(_ segment: TCPSegment, fromFirst: Bool) {
    var own: [StreamAssembler.Piece] = []
    var other: [StreamAssembler.Piece] = []
    if fromFirst {
      assemblers.1.noteAcknowledged(segment) { other.append($0) }
      assemblers.0.take(segment) { own.append($0) }
    } else {
      assemblers.0.noteAcknowledged(segment) { other.append($0) }
      assemblers.1.take(segment) { own.append($0) }
    }
    hand(other, fromFirst: !fromFirst, at: segment.time)
    hand(own, fromFirst: fromFirst, at: segment.time)
    if segment.flags.contains(.fin), fromFirst != (clientIsFirst ?? true) {
      conversation.serverClosed(at: segment.time)
    }
  }

  private mutating func hand(
    _ pieces: [StreamAssembler.Piece], fromFirst: Bool, at time: Int64
  ) {
    for piece in pieces {
      if fromFirst == (clientIsFirst ?? true) {
        conversation.clientSent(piece, at: time)
      } else {
        conversation.serverSent(piece, at: time)
      }
    }
  }
}
