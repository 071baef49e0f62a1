/// The requests and answers of one connection, each answer told to its request.
///
/// Answers come in the order of the requests (RFC 9112, section 9.3.2), so that requests which are
/// sent before the answers to earlier ones need nothing of their own.
struct HTTPConversation {
  /// All requests that were seen, in their order.
  private(set) var exchanges: [HTTPExchange] = []
  private var requests = HTTPMessageReader(readsResponses: false)
  private var responses = HTTPMessageReader(readsResponses: true)
  /// The request that the next answer belongs to.
  private var front = 0
  /// Whether an answer has begun, and is not interim.
  private var isAnswering = false
  /// Whether answers are missing, so that it is not known which request comes next.
  private var isUncertain = false

  private var isAwaiting: Bool { exchanges.indices.contains(front) }

  /// Takes what the client sent.
  mutating func clientSent(_ piece: StreamAssembler.Piece, at time: Int64) {
    switch piece {
    case .missing(let count):
      for event in requests.skip(count) { note(event, ofClientAt: time) }
    case .bytes(let bytes):
      if requests.isInBody { noteSending(at: time) }
      requests.offer(bytes, at: time)
      while let event = requests.endIfEmpty() ?? requests.next(answering: nil) {
        note(event, ofClientAt: time)
      }
      if let event = requests.endIfEmpty() { note(event, ofClientAt: time) }
    }
  }

  /// Takes what the server sent.
  mutating func serverSent(_ piece: StreamAssembler.Piece, at time: Int64) {
    switch piece {
    case .missing(let count):
      for event in responses.skip(count) { note(event, ofServerAt: time) }
    case .bytes(let bytes):
      responses.offer(bytes, at: time)
      while let event = responses.endIfEmpty() ?? responses.next(answering: frontMethod) {
        note(event, ofServerAt: time)
      }
      if let event = responses.endIfEmpty() { note(event, ofServerAt: time) }
    }
  }

  /// Takes notice that the server sends nothing more.
  mutating func serverClosed(at time: Int64) {
    guard responses.endsWithConnection else { return }
    note(.end, ofServerAt: time)
    responses.becomeTunnel()
  }

  private var frontMethod: String? { isAwaiting ? exchanges[front].method : nil }

  private mutating func note(_ event: HTTPMessageReader.Event, ofClientAt time: Int64) {
    switch event {
    case .head(.request(let method, let target), let start):
      exchanges.append(HTTPExchange(start: start, sent: time, method: method, path: target))
    case .end: noteSending(at: time)
    default: break
    }
  }

  /// The last request goes on, as long as its answer has not begun.
  private mutating func noteSending(at time: Int64) {
    guard let last = exchanges.indices.last, exchanges[last].firstByte == nil, last >= front
    else { return }
    exchanges[last].sent = time
  }

  private mutating func note(_ event: HTTPMessageReader.Event, ofServerAt time: Int64) {
    switch event {
    case .head(.response(let status), let start): noteAnswer(status, start: start)
    case .end:
      guard isAnswering else { return }
      isAnswering = false
      guard isAwaiting else { return }
      exchanges[front].end = time
      front += 1
    case .lost:
      if isAnswering { front += 1 }
      isAnswering = false
      isUncertain = true
    default: break
    }
  }

  private mutating func noteAnswer(_ status: Int, start: Int64) {
    // An interim answer says only that the last one will come.
    if status < 200, status != 101 { return }
    if isUncertain {
      // Whatever was asked before the last request has its answer in the part that is missing.
      front = max(front, exchanges.count - 1)
      isUncertain = false
    }
    isAnswering = true
    guard isAwaiting else { return }
    let isTunnel = status == 101 || exchanges[front].method == "CONNECT" && status < 300
    exchanges[front].status = status
    exchanges[front].firstByte = start
    guard isTunnel else { return }
    exchanges[front].end = start
    front += 1
    isAnswering = false
    requests.becomeTunnel()
    responses.becomeTunnel()
  }
}
