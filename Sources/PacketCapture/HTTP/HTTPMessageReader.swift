/// The messages in one direction of a connection, read as their bytes come.
struct HTTPMessageReader {
  /// What is found on the way.
  enum Event: Hashable {
    /// The whole head of a message, whose first byte came at this time.
    case head(HTTPHead.StartLine, start: Int64)
    /// The end of a message.
    case end
    /// A place from where on it cannot be told where messages begin.
    case lost
  }

  /// Where in a message the next byte belongs.
  private enum Place: Hashable {
    case startLine, fields, chunkSize, chunkEnd, trailer, untilClose
    case body(left: Int)
    case chunk(left: Int)
    /// Nothing here is HTTP any more, by agreement.
    case tunnel
    /// Something is missing; a segment that begins like a message ends this.
    case lost
  }

  /// The longest line, and the longest head, that are believed, in bytes.
  private static let headLimit = 1 << 16

  private let readsResponses: Bool
  private var place = Place.startLine
  private var input: ArraySlice<UInt8> = []
  private var line: [UInt8] = []
  private var headLength = 0
  private var head: HTTPHead?
  private var start: Int64 = 0
  private var now: Int64 = 0

  init(readsResponses: Bool) { self.readsResponses = readsResponses }

  /// Whether the head of a message has been read, and its end has not.
  var isInBody: Bool {
    switch place {
    case .startLine, .fields, .tunnel, .lost: false
    default: true
    }
  }

  /// Whether a message ends with the connection.
  var endsWithConnection: Bool { place == .untilClose }

  /// Takes bytes that came at this time; ask for events until there are none.
  mutating func offer(_ bytes: ArraySlice<UInt8>, at time: Int64) {
    input = bytes
    now = time
    if place == .lost, HTTPHead.mayBegin(bytes, asResponse: readsResponses) { restart() }
  }

  /// Takes notice that so many bytes are missing.
  mutating func skip(_ count: Int) -> [Event] {
    switch place {
    case .untilClose, .tunnel, .lost: return []
    case .body(let left) where count < left: place = .body(left: left - count)
    case .chunk(let left) where count < left: place = .chunk(left: left - count)
    case .body(let left) where count == left:
      restart()
      return [.end]
    case .chunk(let left) where count == left: place = .chunkEnd
    case .fields:
      // A capture that keeps only the beginnings of packets has the first line all the same.
      let known = head.map { [Event.head($0.startLine, start: start)] } ?? []
      place = .lost
      return known + [.lost]
    default:
      place = .lost
      return [.lost]
    }
    return []
  }

  /// From here on the connection carries something else.
  mutating func becomeTunnel() { place = .tunnel }

  /// The next thing in what was offered; nil when all of it has been read.
  ///
  /// - Parameter method: that of the request which a response answers.
  mutating func next(answering method: String?) -> Event? {
    while !input.isEmpty {
      switch place {
      case .untilClose, .tunnel, .lost: input = []
      case .body(let left):
        let rest = consume(left)
        place = .body(left: rest)
        if rest == 0 {
          restart()
          return .end
        }
      case .chunk(let left):
        let rest = consume(left)
        place = rest == 0 ? .chunkEnd : .chunk(left: rest)
      default:
        if line.isEmpty, place == .startLine { start = now }
        guard readLine() else { continue }
        let whole = line
        line = []
        if let event = take(whole, answering: method) { return event }
      }
    }
    return nil
  }

  // MARK: Steps

  private mutating func restart() {
    place = .startLine
    line = []
    head = nil
    headLength = 0
  }

  /// Passes over at most so many bytes; returns how many are still to come.
  private mutating func consume(_ count: Int) -> Int {
    let passed = min(count, input.count)
    input = input.dropFirst(passed)
    return count - passed
  }

  /// Collects a line without its end; false when more of it has to come, or it is too long.
  private mutating func readLine() -> Bool {
    let end = input.firstIndex(of: UInt8(ascii: "\n"))
    line += input[..<(end ?? input.endIndex)]
    headLength += end.map { $0 - input.startIndex + 1 } ?? input.count
    input = end.map { input[($0 + 1)...] } ?? []
    if headLength > Self.headLimit {
      line = []
      place = .lost
      return true
    }
    guard end != nil else { return false }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return true
  }

  private mutating func take(_ line: [UInt8], answering method: String?) -> Event? {
    switch place {
    case .startLine:
      // A line too many between messages does no harm (RFC 9112, section 2.2).
      if line.isEmpty { return nil }
      guard let read = HTTPHead(startLine: line), read.isResponse == readsResponses else {
        return lose()
      }
      head = read
      place = .fields
    case .fields:
      guard line.isEmpty else {
        head?.read(field: line)
        return nil
      }
      return beginBody(answering: method)
    case .chunkSize:
      let digits = line.prefix { $0 != UInt8(ascii: ";") }.filter { $0 > UInt8(ascii: " ") }
      guard digits.count <= 15, let size = Int(String(decoding: digits, as: UTF8.self), radix: 16),
        size >= 0
      else { return lose() }
      place = size == 0 ? .trailer : .chunk(left: size)
      headLength = 0
    case .chunkEnd:
      guard line.isEmpty else { return lose() }
      place = .chunkSize
      headLength = 0
    case .trailer:
      guard line.isEmpty else { return nil }
      restart()
      return .end
    default: return lose()
    }
    return nil
  }

  private mutating func lose() -> Event {
    place = .lost
    input = []
    return .lost
  }

  /// Decides where the body ends (RFC 9112, section 6.3); a message without one ends with `end`,
  /// which is told by the next call.
  private mutating func beginBody(answering method: String?) -> Event? {
    guard let head else { return lose() }
    switch bodyLength(of: head, answering: method) {
    case .length(let length): place = .body(left: length)
    case .chunked: place = .chunkSize
    case .untilClose: place = .untilClose
    case .unsaid: place = readsResponses ? .untilClose : .body(left: 0)
    case .unclear: return lose()
    }
    headLength = 0
    return .head(head.startLine, start: start)
  }

  private func bodyLength(of head: HTTPHead, answering method: String?) -> HTTPHead.Body {
    guard case .response(let status) = head.startLine else { return head.body }
    let hasNone = status < 200 || status == 204 || status == 304 || method == "HEAD"
    return hasNone ? .length(0) : head.body
  }

  /// The end of a message without a body, which has to be told without a further byte.
  mutating func endIfEmpty() -> Event? {
    guard place == .body(left: 0) else { return nil }
    restart()
    return .end
  }
}

extension HTTPHead {
  /// Whether it is the head of a response.
  var isResponse: Bool { if case .response = startLine { true } else { false } }
}
