import PacketCapture
import Testing

@Suite struct FlowTests {
  @Test func `a connection has its ends, sizes and handshake`() throws {
    var wire = WirePackets()
    wire.open()
    wire.send(at: 10, fromClient: true, "GET / HTTP/1.1\r\n\r\n")
    let flow = try wire.flow()
    #expect(flow.client == "198.18.0.5:41022")
    #expect(flow.server == "198.18.0.3:8000")
    #expect(flow.packets == 4)
    #expect(flow.bytes == 4 * 40 + 18)
    #expect(flow.handshakeMilliseconds == 2)
    #expect(flow.longestGapMilliseconds == 8)
    #expect(flow.resetBy == nil)
    #expect(flow.dataRoundTrip == nil)
  }

  @Test(arguments: [true, false])
  func `who breaks a connection off is said`(isClient: Bool) throws {
    var wire = WirePackets()
    wire.open()
    wire.add(at: 5, fromClient: isClient, flags: WirePackets.rst)
    #expect(try wire.flow().resetBy == (isClient ? "client" : "server"))
  }

  @Test func `the same ports with another beginning are another connection`() throws {
    var wire = WirePackets()
    wire.open()
    wire.add(at: 5, fromClient: true, flags: WirePackets.rst)
    wire.clientNext = 900_000
    wire.serverNext = 700_000
    wire.open(at: 10)
    let report = try wire.report()
    #expect(report.flows.map(\.packets) == [4, 3])
    #expect(report.flows.map(\.retransmissions) == [0, 0])
  }

  @Test func `a lost segment sent again is a retransmission, and gives no round-trip time`() throws
  {
    var wire = WirePackets()
    wire.open()
    wire.send(at: 10, fromClient: true, "one")
    wire.add(at: 15, fromClient: false, flags: WirePackets.ack)
    wire.send(at: 20, fromClient: true, "two")
    wire.add(
      at: 300, fromClient: true, flags: WirePackets.ack, sequence: wire.clientNext - 3,
      data: Array("two".utf8))
    wire.add(at: 304, fromClient: false, flags: WirePackets.ack)
    let flow = try wire.flow()
    #expect(flow.retransmissions == 1)
    #expect(flow.dataRoundTrip?.p50 == 5)
    #expect(flow.dataRoundTrip?.p99 == 5)
  }

  @Test func `a closed window is counted, and its probes are no retransmissions`() throws {
    var wire = WirePackets()
    wire.open()
    wire.send(at: 10, fromClient: true, "one")
    wire.add(at: 11, fromClient: false, flags: WirePackets.ack, window: 0)
    let before = wire.clientNext - 1
    wire.add(at: 200, fromClient: true, flags: WirePackets.ack, sequence: before)
    wire.add(at: 201, fromClient: false, flags: WirePackets.ack, window: 0)
    let flow = try wire.flow()
    #expect(flow.zeroWindows == 2)
    #expect(flow.retransmissions == 0)
    #expect(flow.duplicateAcknowledgements == 0)
  }

  @Test func `without a handshake the end that asks is the client`() throws {
    var wire = WirePackets()
    wire.send(at: 1, fromClient: false, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    let flow = try wire.flow()
    #expect(flow.server == "198.18.0.3:8000")
    #expect(flow.handshakeMilliseconds == nil)
  }

  @Test func `requests are told from those before, during and after a fault`() throws {
    var wire = WirePackets()
    wire.open()
    for (index, at) in [1000.0, 2000, 3000].enumerated() {
      wire.send(at: at, fromClient: true, "GET /\(index) HTTP/1.1\r\n\r\n")
      wire.send(
        at: at + (index == 1 ? 200 : 20), fromClient: false,
        "HTTP/1.1 \(index == 1 ? 503 : 200) x\r\nContent-Length: 0\r\n\r\n")
    }
    let report = try wire.report(faults: FaultPhases([1.5...2.5]))
    #expect(report.flows[0].requests.map(\.phase) == [.before, .during, .after])
    #expect(report.phases.map(\.requests) == [1, 1, 1])
    #expect(report.phases.map(\.succeeded) == [1, 0, 1])
    #expect(report.phases.map(\.firstByte?.p50) == [20, 200, 20])
    #expect(report.table().contains("\nduring"))
  }

  @Test func `windows that overlap are one, and between two it is after`() {
    let phases = FaultPhases([5...6, 1...2, 1.5...3])
    #expect(phases.windows == [1...3, 5...6])
    #expect(
      [0.5, 2.5, 4, 5.5, 7].map { phases.phase(at: $0) }
        == [.before, .during, .after, .during, .after])
    #expect(FaultPhases([]).phase(at: 1) == nil)
  }
}
