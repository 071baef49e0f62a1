import Reporting

/// What a packet file shows of its connections and their requests.
public struct FlowReport: Sendable, Hashable {
  /// How many packets the file holds.
  public var captured: Int
  /// How many the capturing system says it lost; 0 where the file does not say.
  public var dropped: Int
  /// Whether the file says how many were lost.
  public var saysDropped: Bool
  /// The times of the first and the last packet, in nanoseconds since 1970; nil without packets.
  public var span: ClosedRange<Int64>?
  /// How many packets were fragments, which belong to no flow here.
  public var fragments: Int
  /// How many packets contradicted themselves.
  public var malformed: Int
  /// The connections in the order of their first packets.
  public var flows: [Flow]
  /// The figures of each phase; empty without faults.
  public var phases: [PhaseFigures]
  /// Why the end of the file is missing; nil when it is not.
  public var cutShort: PacketFileError?

  /// One TCP connection.
  public struct Flow: Sendable, Hashable, Encodable {
    /// The end that opened it.
    public var client: String
    /// The other end.
    public var server: String
    /// How many packets it has, both ways.
    public var packets: Int
    /// How many bytes these were on the wire, with all headers.
    public var bytes: Int
    /// From SYN to the acknowledgement of the answer, in milliseconds.
    @OrNull public var handshakeMilliseconds: Double?
    /// How many segments were sent again.
    public var retransmissions: Int
    /// How many segments came out of order.
    public var outOfOrder: Int
    /// How many acknowledgements repeated the one before.
    public var duplicateAcknowledgements: Int
    /// Who broke it off: `client` or `server`; nil for nobody.
    @OrNull public var resetBy: String?
    /// How often an end said that it takes nothing for now.
    public var zeroWindows: Int
    /// The longest time without any packet, in milliseconds.
    public var longestGapMilliseconds: Double
    /// How long data took until it was acknowledged; nil where nothing allows to say.
    @OrNull public var dataRoundTrip: Percentiles?
    /// The requests in their order.
    public var requests: [Request]

    private enum CodingKeys: String, CodingKey {
      case client, server, packets, bytes, retransmissions, requests
      case handshakeMilliseconds = "handshake_rtt_ms"
      case outOfOrder = "out_of_order"
      case duplicateAcknowledgements = "duplicate_acks"
      case resetBy = "reset_by"
      case zeroWindows = "zero_windows"
      case longestGapMilliseconds = "longest_gap_ms"
      case dataRoundTrip = "data_rtt_ms"
    }
  }

  /// One request.
  public struct Request: Sendable, Hashable, Encodable {
    /// When it began, in seconds from the first packet of the file.
    public var atSeconds: Double
    /// The method.
    public var method: String
    /// The target.
    public var path: String
    /// The status of the answer; nil without one.
    @OrNull public var status: Int?
    /// From the end of the request to the first byte of the answer.
    @OrNull public var firstByteMilliseconds: Double?
    /// From the end of the request to the last byte of the answer.
    @OrNull public var totalMilliseconds: Double?
    /// When it began with regard to the faults.
    @OrNull public var phase: FaultPhases.Phase?

    private enum CodingKeys: String, CodingKey {
      case method, path, status, phase
      case atSeconds = "at_s"
      case firstByteMilliseconds = "ttfb_ms"
      case totalMilliseconds = "total_ms"
    }
  }

  /// Percentiles of times in milliseconds, by nearest rank.
  public struct Percentiles: Sendable, Hashable, Encodable {
    /// The median.
    public var p50: Double
    /// The 95th percentile.
    public var p95: Double
    /// The 99th percentile.
    public var p99: Double

    /// Takes them from all values; nil when there is none.
    init?(of values: [Double]) {
      guard !values.isEmpty else { return nil }
      let sorted = values.sorted()
      func percentile(_ percent: Double) -> Double {
        let rank = (percent / 100 * Double(sorted.count)).rounded(.up)
        return sorted[min(max(Int(rank), 1), sorted.count) - 1]
      }
      (p50, p95, p99) = (percentile(50), percentile(95), percentile(99))
    }
  }

  /// What happened before, during or after the faults.
  public struct PhaseFigures: Sendable, Hashable, Encodable {
    /// Which of the three.
    public var phase: FaultPhases.Phase
    /// How many requests began.
    public var requests: Int
    /// How many of these were answered with a status below 500.
    public var succeeded: Int
    /// How many segments were sent again.
    public var retransmissions: Int
    /// From the end of each request to the first byte of its answer; nil without answers.
    @OrNull public var firstByte: Percentiles?
    /// From the end of each request to the last byte of its answer; nil without answers.
    @OrNull public var total: Percentiles?

    private enum CodingKeys: String, CodingKey {
      case phase, requests, succeeded, retransmissions
      case firstByte = "ttfb_ms"
      case total = "total_ms"
    }
  }

  /// Reads a file to its end, or to where it is cut short.
  ///
  /// - Throws: one sentence with the place when the file is no packet file or damaged within.
  public init(reading path: String, faults: FaultPhases = FaultPhases([])) throws(PacketFileError) {
    var file = try PacketFile(path: path)
    try self.init(reading: &file, faults: faults)
  }

  /// Reads a file, and splits its figures by times in nanoseconds since 1970.
  public init(
    reading path: String, faultTimes: [ClosedRange<Int64>]
  ) throws(PacketFileError) {
    let origin = faultTimes.first?.lowerBound ?? 0
    let windows = faultTimes.map {
      (Double($0.lowerBound - origin) / 1e9)...(Double($0.upperBound - origin) / 1e9)
    }
    try self.init(reading: path, faults: FaultPhases(windows, countedFrom: origin))
  }

  /// Reads an open file to its end, or to where it is cut short.
  public init(
    reading file: inout PacketFile, faults: FaultPhases = FaultPhases([])
  ) throws(PacketFileError) {
    var table = FlowTable()
    var cutShort: PacketFileError?
    reading: while true {
      switch try file.next() {
      case .packet(let packet): table.take(packet)
      case .cutShort(let failure):
        cutShort = failure
        break reading
      case .end: break reading
      }
    }
    table.finish()
    self.init(of: table, faults: faults)
    self.cutShort = cutShort
    dropped = file.dropped
    saysDropped = file.saysDropped
  }

  private init(of table: FlowTable, faults: FaultPhases) {
    captured = table.packets
    dropped = 0
    saysDropped = false
    span = table.span
    fragments = table.fragments
    malformed = table.malformed
    let start = table.span?.lowerBound ?? 0
    let faults = faults.counted(from: start)
    flows = table.flows.map { Flow($0, from: start, faults) }
    phases = []
    if !faults.windows.isEmpty {
      let again = table.flows.flatMap(\.retransmissionTimes).map {
        faults.phase(at: Double($0 - start) / 1e9)
      }
      phases = FaultPhases.Phase.allCases.map { phase in
        PhaseFigures(
          phase, requests: flows.flatMap(\.requests), retransmissions: again.count { $0 == phase })
      }
    }
  }
}

extension FlowReport.Flow {
  fileprivate init(_ flow: TCPFlow, from start: Int64, _ faults: FaultPhases) {
    self.init(
      client: flow.client.text, server: flow.server.text, packets: flow.packets,
      bytes: flow.bytes, handshakeMilliseconds: flow.handshakeTime.map { Double($0) / 1e6 },
      retransmissions: flow.retransmissions, outOfOrder: flow.outOfOrder,
      duplicateAcknowledgements: flow.duplicateAcknowledgements,
      resetBy: flow.resetBy.map { $0 == flow.client ? "client" : "server" },
      zeroWindows: flow.zeroWindows, longestGapMilliseconds: Double(flow.longestGap) / 1e6,
      dataRoundTrip: FlowReport.Percentiles(of: flow.roundTripTimes.map { Double($0) / 1e6 }),
      requests: flow.conversation.exchanges.map { exchange in
        let at = Double(exchange.start - start) / 1e9
        return FlowReport.Request(
          atSeconds: at, method: exchange.method, path: exchange.path, status: exchange.status,
          firstByteMilliseconds: exchange.timeToFirstByte,
          totalMilliseconds: exchange.totalTime, phase: faults.phase(at: at))
      })
  }
}

extension FlowReport.PhaseFigures {
  fileprivate init(
    _ phase: FaultPhases.Phase, requests: [FlowReport.Request], retransmissions: Int
  ) {
    let own = requests.filter { $0.phase == phase }
    self.init(
      phase: phase, requests: own.count,
      succeeded: own.count { $0.status.map { $0 < 500 } ?? false },
      retransmissions: retransmissions,
      firstByte: FlowReport.Percentiles(of: own.compactMap(\.firstByteMilliseconds)),
      total: FlowReport.Percentiles(of: own.compactMap(\.totalMilliseconds)))
  }
}
