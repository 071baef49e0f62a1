/// The first line of a message and what its fields say of the length of its body (RFC 9112).
struct HTTPHead {
  /// How long the body is.
  enum Body: Hashable {
    /// So many bytes.
    case length(Int)
    /// Chunks that say their own lengths.
    case chunked
    /// All that comes until the connection is closed.
    case untilClose
    /// It says nothing.
    case unsaid
    /// What it says contradicts itself.
    case unclear
  }

  /// The first line.
  enum StartLine: Hashable {
    case request(method: String, target: String)
    case response(status: Int)
  }

  let startLine: StartLine
  private(set) var body = Body.unsaid
  private var isChunked = false

  /// Reads a first line; nil when it is none of HTTP/1.
  init?(startLine line: [UInt8]) {
    let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard words.count >= 2 else { return nil }
    if Self.isVersion(words[0]) {
      guard words[1].count == 3, let status = Self.number(words[1]), (100...999).contains(status)
      else { return nil }
      startLine = .response(status: status)
    } else {
      guard words.count == 3, Self.isVersion(words[2]), words[0].count <= 32,
        words[0].allSatisfy(Self.isToken)
      else { return nil }
      startLine = .request(
        method: String(decoding: words[0], as: UTF8.self),
        target: String(decoding: words[1], as: UTF8.self))
    }
  }

  /// Takes what one field says of the body.
  mutating func read(field line: [UInt8]) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
    let value = line[(colon + 1)...]
    switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
    case "content-length" where !isChunked && body != .untilClose: readLength(value)
    case "transfer-encoding":
      // Where both are there, the length has no meaning (RFC 9112, section 6.3).
      let last = value.split(separator: UInt8(ascii: ",")).last ?? []
      let name = String(decoding: last, as: UTF8.self).lowercased()
      isChunked = name.filter { !$0.isWhitespace } == "chunked"
      body = isChunked ? .chunked : .untilClose
    default: break
    }
  }

  /// Takes a length, or a list in which the same one stands several times.
  private mutating func readLength(_ value: ArraySlice<UInt8>) {
    for part in value.split(separator: UInt8(ascii: ",")) {
      let digits = part.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
      guard let length = Self.number(digits[...]), body == .unsaid || body == .length(length)
      else {
        body = .unclear
        return
      }
      body = .length(length)
    }
  }

  /// Whether bytes in the middle of a stream look like the beginning of a message.
  ///
  /// Anything might begin with letters, so only the methods of RFC 9110 and PATCH count.
  static func mayBegin(_ bytes: ArraySlice<UInt8>, asResponse: Bool) -> Bool {
    let beginnings =
      asResponse
      ? ["HTTP/1."]
      : ["GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "PATCH "]
    return beginnings.contains { bytes.starts(with: $0.utf8) }
  }

  private static func isVersion(_ word: ArraySlice<UInt8>) -> Bool {
    word.count == 8 && word.starts(with: "HTTP/1.".utf8)
  }

  /// RFC 9110, section 5.6.2.
  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  /// A decimal number of at most 18 digits.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...18).contains(digits.count),
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }
}
