import FoundationEssentials
import LabTestSupport
import PacketCapture
import Reporting
import Testing

/// The captures of real connections (`Scripts/record-captures`), and what tshark says of them.
enum RecordedCaptures {
  static let folder = BuiltProduct.packageFolder + "/Tests/PacketCaptureTests/Captures"
  static let names = ["endings.pcap", "lossy-client.pcap", "lossy-server.pcap", "plain.pcapng"]

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
  }

  static func expected(_ name: String) throws -> [JSONValue] {
    let text = String(decoding: try bytes("tshark.json"), as: UTF8.self)
    return try JSONValue(parsing: text)[name]?.elements ?? []
  }
}

@Suite struct AgreementTests {
  @Test(arguments: RecordedCaptures.names)
  func `every count of a connection is the one that tshark gives`(name: String) throws {
    let expected = try RecordedCaptures.expected(name)
    let report = try FlowReport(reading: "\(RecordedCaptures.folder)/\(name)")
    try #require(!expected.isEmpty)
    try #require(report.flows.count == expected.count)
    for (flow, other) in zip(report.flows, expected) {
      let counts = [
        "packets": flow.packets, "bytes": flow.bytes, "retransmissions": flow.retransmissions,
        "out_of_order": flow.outOfOrder, "duplicate_acks": flow.duplicateAcknowledgements,
        "zero_windows": flow.zeroWindows,
      ]
      for (key, count) in counts {
        #expect(other[key]?.number == Double(count), "\(name): \(flow.client): \(key)")
      }
      // A refused connection has no handshake, although tshark measures one.
      if flow.packets == 2, flow.resetBy == "server" { continue }
      let handshake = other["handshake_rtt_ms"]?.number
      #expect((handshake == nil) == (flow.handshakeMilliseconds == nil))
      let difference = (handshake ?? 0) - (flow.handshakeMilliseconds ?? 0)
      #expect(difference.magnitude < 0.001, "\(name): \(flow.client)")
    }
  }

  @Test(arguments: RecordedCaptures.names)
  func `every answer that tshark times has its status and time`(name: String) throws {
    let expected = try RecordedCaptures.expected(name)
    let report = try FlowReport(reading: "\(RecordedCaptures.folder)/\(name)")
    for (flow, other) in zip(report.flows, expected) {
      var answers = flow.requests[...]
      for answer in other["responses"]?.elements ?? [] {
        let status = answer["status"]?.number.map { Int($0) }
        let time = try #require(answer["http_time_ms"]?.number)
        let found = answers.firstIndex {
          $0.status == status && $0.totalMilliseconds.map { ($0 - time).magnitude < 0.001 } ?? false
        }
        let place = try #require(found, "\(name): \(flow.client): \(answer)")
        answers = answers[(place + 1)...]
      }
    }
  }

  @Test func `all of HTTP in the plain capture is read`() throws {
    let report = try FlowReport(reading: "\(RecordedCaptures.folder)/plain.pcapng")
    #expect(
      report.flows.map { $0.requests.map(\.status) } == [
        [200, 200, 404, 204, 502, 200, 200, 200, 200, 200], [200, 404, 200], [200], [200], [201],
        [503],
      ])
    #expect(report.saysDropped)
    #expect(report.dropped == 0)
  }

  @Test func `who broke a real connection off is who did`() throws {
    let report = try FlowReport(reading: "\(RecordedCaptures.folder)/endings.pcap")
    #expect(report.flows.map(\.resetBy) == ["server", "client", "server", "server", nil, nil])
  }

  @Test func `the keys of the JSON are those of the format`() throws {
    let report = try FlowReport(reading: "\(RecordedCaptures.folder)/plain.pcapng")
    let json = try JSONValue(parsing: report.json)
    #expect(
      json.keys == [
        "captured", "dropped", "drops_known", "flows", "fragments", "from", "malformed", "until",
      ])
    let flow = try #require(json["flows"]?.elements?.first)
    #expect(
      flow.keys == [
        "bytes", "client", "data_rtt_ms", "duplicate_acks", "handshake_rtt_ms", "longest_gap_ms",
        "out_of_order", "packets", "requests", "reset_by", "retransmissions", "server",
        "zero_windows",
      ])
    #expect(flow["reset_by"] == .null)
    #expect(flow["data_rtt_ms"]?.keys == ["p50", "p95", "p99"])
    let request = try #require(flow["requests"]?.elements?.first)
    #expect(
      request.keys == ["at_s", "method", "path", "phase", "status", "total_ms", "ttfb_ms"])
    #expect(json["from"]?.string?.hasSuffix("Z") == true)
    #expect(json["from"]?.string?.count == "2026-11-21T10:00:00.000000000Z".count)
  }

  @Test func `CSV has a row for each connection, or for each request`() throws {
    let report = try FlowReport(reading: "\(RecordedCaptures.folder)/plain.pcapng")
    #expect(report.csv().split(separator: "\n").count == 1 + 6)
    #expect(report.csv(listsRequests: true).split(separator: "\n").count == 1 + 17)
  }
}
