import ExperimentModel

/// What a process of ours answers in the place of somebody else.
public enum FalseAnswer: Sendable, Hashable, Codable {
  /// A share of the connections to the namespace get this status of HTTP, whatever they ask for.
  ///
  /// The share is one of connections, because the kernel leads a connection as a whole.
  case http(status: Int, rate: Ratio)
  /// All questions for names that the namespace asks fail in this way.
  case names(NameFailure)

  /// The share of those who get it.
  var rate: Ratio {
    switch self {
    case .http(_, let rate): rate
    case .names: Ratio(1)
    }
  }

  /// The answer to what has been received over a stream; nil as long as more must come.
  package func reply(toStream bytes: [UInt8]) -> [UInt8]? {
    switch self {
    case .http(let status, _):
      guard let end = Self.endOfHead(in: bytes) else { return nil }
      return Self.response(status: status, isHead: bytes[..<end].starts(with: Array("HEAD ".utf8)))
    case .names(let failure):
      // Over TCP two bytes with the length come first (RFC 1035, section 4.2.2).
      guard bytes.count > 2 else { return nil }
      let length = Int(bytes[0]) << 8 | Int(bytes[1])
      guard bytes.count >= 2 + length else { return nil }
      guard let reply = failure.reply(to: Array(bytes[2..<(2 + length)])) else { return [] }
      return [UInt8(reply.count >> 8), UInt8(reply.count & 255)] + reply
    }
  }

  /// Where the head of an HTTP request ends; nil when it is not whole.
  private static func endOfHead(in bytes: [UInt8]) -> Int? {
    let ends = bytes.indices.dropLast(3).first { index in
      bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13
        && bytes[index + 3] == 10
    }
    return ends.map { $0 + 4 }
  }

  /// A response that ends its connection (RFC 9112).
  private static func response(status: Int, isHead: Bool) -> [UInt8] {
    let body = "This error was injected by chaos.\n"
    let head =
      "HTTP/1.1 \(status) Injected\r\nContent-Type: text/plain\r\n"
      + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
    return Array((isHead ? head : head + body).utf8)
  }
}

/// How a question for a name fails, by the names of the codes of RFC 1035, section 4.1.1.
public enum NameFailure: String, Sendable, Hashable, Codable, CaseIterable {
  /// The server could not find out.
  case servfail
  /// The name does not exist.
  case nxdomain

  private var code: UInt8 {
    switch self {
    case .servfail: 2
    case .nxdomain: 3
    }
  }

  /// The failing answer to a question; nil for what is none.
  package func reply(to question: [UInt8]) -> [UInt8]? {
    let isQuestion = question.count > 12 && question[2] & 0x80 == 0
    guard isQuestion, let end = Self.endOfQuestion(in: question) else { return nil }
    // It is a response, with the question's operation and its wish for recursion, which is there.
    let flags = [0x80 | question[2] & 0x79, 0x80 | code]
    return question[0..<2] + flags + [0, 1, 0, 0, 0, 0, 0, 0] + question[12..<end]
  }

  /// Where the first question ends: after the labels of its name, its type and its class.
  private static func endOfQuestion(in message: [UInt8]) -> Int? {
    var place = 12
    while place < message.count, message[place] != 0 {
      // A question has no pointers to other names.
      guard message[place] < 64 else { return nil }
      place += 1 + Int(message[place])
    }
    return place + 5 <= message.count ? place + 5 : nil
  }
}
