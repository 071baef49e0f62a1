import ExperimentModel
import Glibc
import NetworkImpairment
import Testing

/// What is answered in the place of somebody else, byte for byte.
@Suite struct AnswerTests {
  private let http = FalseAnswer.http(status: 503, rate: Ratio(0.1))

  @Test func `a request is answered when its head is whole`() throws {
    let request = Array("GET /a HTTP/1.1\r\nHost: b\r\n\r\n".utf8)
    for length in 0..<request.count {
      #expect(http.reply(toStream: Array(request[..<length])) == nil)
    }
    let text = String(decoding: try #require(http.reply(toStream: request)), as: UTF8.self)
    #expect(text.hasPrefix("HTTP/1.1 503 Injected\r\n"))
    #expect(text.contains("\r\nConnection: close\r\n"))
    let parts = text.split(separator: "\r\n\r\n")
    #expect(text.contains("Content-Length: \(parts[1].utf8.count)\r\n"))
  }

  @Test func `a request for the head alone gets no body`() throws {
    let request = Array("HEAD / HTTP/1.1\r\n\r\n".utf8)
    let text = String(decoding: try #require(http.reply(toStream: request)), as: UTF8.self)
    #expect(text.hasSuffix("\r\n\r\n"))
  }

  /// A question for the addresses of `a.example`, as a resolver asks it.
  private let question: [UInt8] =
    [0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]
    + [1, 0x61, 7] + Array("example".utf8) + [0, 0, 1, 0, 1]

  @Test(arguments: [(NameFailure.servfail, UInt8(0x82)), (.nxdomain, 0x83)])
  func `a question is given back with the code`(failure: NameFailure, code: UInt8) {
    var expected = question
    (expected[2], expected[3]) = (0x81, code)
    #expect(failure.reply(to: question) == expected)
    // What comes after the question, such as the options of EDNS, is not given back.
    let extended = question[..<11] + [1] + question[12...] + [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]
    #expect(failure.reply(to: Array(extended)) == expected)
  }

  @Test func `over TCP the length comes first`() {
    let answer = FalseAnswer.names(.nxdomain)
    let length = [0, UInt8(question.count)]
    #expect(answer.reply(toStream: length + question.dropLast()) == nil)
    let reply = answer.reply(toStream: length + question)
    #expect(reply?.prefix(2) == length[...])
    #expect(reply?.dropFirst(2).first == 0x12)
  }

  @Test func `what is no question gets no answer, wherever it breaks off`() {
    for length in 0..<question.count {
      #expect(NameFailure.nxdomain.reply(to: Array(question[..<length])) == nil)
    }
    var response = question
    response[2] |= 0x80
    #expect(NameFailure.nxdomain.reply(to: response) == nil)
    var pointer = question
    pointer[12] = 0xc0
    #expect(NameFailure.nxdomain.reply(to: pointer) == nil)
  }
}
