import PacketCapture
import Testing

@Suite struct HTTPTests {
  /// A conversation of one request and one answer, whose pieces come 10 ms after each other.
  private func requests(
    _ request: [String], _ response: [String], closing: Bool = false
  ) throws -> [FlowReport.Request] {
    var wire = WirePackets()
    wire.open()
    var time = 0.0
    for piece in request {
      time += 10
      wire.send(at: time, fromClient: true, piece)
    }
    for piece in response {
      time += 10
      wire.send(at: time, fromClient: false, piece)
    }
    if closing { wire.add(at: time + 10, fromClient: false, flags: WirePackets.finAck) }
    return try wire.flow().requests
  }

  private static let get = "GET /a HTTP/1.1\r\nHost: b\r\n\r\n"

  @Test func `a request has its answer and its times`() throws {
    let found = try requests(
      [Self.get], ["HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab", "cd"])
    #expect(found.map(\.atSeconds) == [0.01])
    #expect(found.map(\.method) == ["GET"])
    #expect(found.map(\.path) == ["/a"])
    #expect(found.map(\.status) == [200])
    #expect(found.map(\.firstByteMilliseconds) == [10])
    #expect(found.map(\.totalMilliseconds) == [20])
    #expect(found.map(\.phase) == [nil])
  }

  @Test func `a request in several segments begins with the first and is sent with the last`()
    throws
  {
    let found = try requests(
      ["GE", "T /a HT", "TP/1.1\r\nHost: b\r\n", "\r\n"], ["HTTP/1.1 204 No\r\n\r\n"])
    #expect(found.map(\.atSeconds) == [0.01])
    #expect(found.map(\.totalMilliseconds) == [10])
    #expect(found.map(\.status) == [204])
  }

  @Test func `a body in chunks ends with the last chunk and its trailer`() throws {
    let found = try requests(
      [Self.get + Self.get],
      [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n5;x=y\r\nhel",
        "lo\r\n0", "\r\nTrailer: x\r\n", "\r\nHTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
      ])
    #expect(found.map(\.status) == [200, 404])
    #expect(found.map(\.firstByteMilliseconds) == [10, 40])
    #expect(found.map(\.totalMilliseconds) == [40, 40])
  }

  @Test func `answers without a body are told from those with one`() throws {
    let head = "HEAD /h HTTP/1.1\r\n\r\n"
    let found = try requests(
      [head + Self.get + Self.get + head],
      [
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
          + "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n"
          + "HTTP/1.1 500 No\nContent-Length: 2\n\nno" + "HTTP/1.1 204 None\r\n\r\n"
      ])
    #expect(found.map(\.status) == [200, 304, 500, 204])
    #expect(found.map(\.method) == ["HEAD", "GET", "GET", "HEAD"])
  }

  @Test func `an interim answer is not the answer`() throws {
    let found = try requests(
      ["POST /p HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n", "body"],
      ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"])
    #expect(found.map(\.status) == [201])
    #expect(found.map(\.firstByteMilliseconds) == [20])
  }

  @Test func `an answer without a length ends with its connection`() throws {
    let pieces = ["HTTP/1.0 200 OK\r\n\r\nabc", "def"]
    #expect(try requests([Self.get], pieces, closing: true).map(\.totalMilliseconds) == [30])
    #expect(try requests([Self.get], pieces).map(\.totalMilliseconds) == [nil])
  }

  @Test func `an answer that never comes leaves nothing but the request`() throws {
    let found = try requests([Self.get], [])
    #expect(found.map(\.status) == [nil])
    #expect(found.map(\.firstByteMilliseconds) == [nil])
  }

  @Test func `segments out of order are put in order`() throws {
    var wire = WirePackets()
    wire.open()
    wire.send(at: 10, fromClient: true, Self.get)
    let parts = ["HTTP/1.1 200 OK\r\nCont", "ent-Length: 6\r\n\r\nabc", "def"].map {
      Array($0.utf8)
    }
    let first = wire.serverNext
    let second = first + UInt32(parts[0].count)
    let third = second + UInt32(parts[1].count)
    wire.add(at: 20, fromClient: false, flags: WirePackets.ack, sequence: third, data: parts[2])
    wire.add(at: 30, fromClient: false, flags: WirePackets.ack, sequence: first, data: parts[0])
    wire.add(at: 40, fromClient: false, flags: WirePackets.ack, sequence: second, data: parts[1])
    let found = try wire.flow().requests
    #expect(found.map(\.status) == [200])
    #expect(found.map(\.firstByteMilliseconds) == [20])
    #expect(found.map(\.totalMilliseconds) == [30])
  }

  @Test func `bytes that the capture misses within a body do no harm`() throws {
    var wire = WirePackets()
    wire.open()
    wire.send(at: 10, fromClient: true, Self.get)
    wire.send(at: 20, fromClient: false, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab")
    wire.serverNext += 4
    wire.send(at: 30, fromClient: false, "ghij")
    wire.add(at: 31, fromClient: true, flags: WirePackets.ack)
    wire.send(at: 40, fromClient: true, Self.get)
    wire.send(at: 50, fromClient: false, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
    let found = try wire.flow().requests
    #expect(found.map(\.status) == [200, 404])
    #expect(found.map(\.totalMilliseconds) == [21, 10])
  }

  @Test func `a head that was cut off has its first line all the same`() throws {
    var wire = WirePackets()
    wire.snapLength = 40 + 25
    wire.open()
    for place in 0..<2 {
      let time = 10 + Double(place) * 100
      wire.send(
        at: time, fromClient: true, "GET /\(place) HTTP/1.1\r\nHost: somewhere\r\n\r\n")
      wire.send(
        at: time + 5, fromClient: false, "HTTP/1.1 20\(place) OK\r\nContent-Length: 4\r\n\r\nabcd")
    }
    let found = try wire.flow().requests
    #expect(found.map(\.path) == ["/0", "/1"])
    #expect(found.map(\.status) == [200, 201])
    #expect(found.map(\.firstByteMilliseconds) == [5, 5])
    #expect(found.map(\.totalMilliseconds) == [nil, nil], "nobody knows where the answer ends")
  }

  @Test func `after a lost head the next answer belongs to the last request`() throws {
    var wire = WirePackets()
    wire.open()
    wire.send(at: 10, fromClient: true, Self.get)
    wire.serverNext += 300
    wire.send(at: 20, fromClient: false, "the rest of a body")
    wire.add(at: 25, fromClient: true, flags: WirePackets.ack)
    wire.send(at: 30, fromClient: true, "GET /b HTTP/1.1\r\n\r\n")
    wire.send(at: 40, fromClient: false, "HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n")
    let found = try wire.flow().requests
    #expect(found.map(\.path) == ["/a", "/b"])
    #expect(found.map(\.status) == [nil, 502])
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/9.1 200 OK\r\n\r\n", "nothing of the kind\r\n\r\n",
  ])
  func `an answer that contradicts itself is unknown`(response: String) throws {
    #expect(try requests([Self.get], [response]).map(\.totalMilliseconds) == [nil])
  }

  @Test func `what is not HTTP has no requests`() throws {
    #expect(try requests(["\u{16}\u{3}\u{1}", "PRI * HTTP/2.0\r\n\r\n"], ["ok\r\n"]).isEmpty)
  }

  @Test func `after an upgrade nothing is read as HTTP`() throws {
    let found = try requests(
      ["GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"],
      ["HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 500 No\r\n\r\n"])
    #expect(found.map(\.status) == [101])
  }
}
