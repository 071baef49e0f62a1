import FoundationEssentials
import Reporting

extension FlowReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case captured, dropped, from, until, fragments, malformed, flows, phases
    case saysDropped = "drops_known"
  }

  /// Writes the whole report; what is not known is an explicit null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(captured, forKey: .captured)
    try container.encode(dropped, forKey: .dropped)
    try container.encode(saysDropped, forKey: .saysDropped)
    try container.encode((span?.lowerBound).map(RFC3339.text), forKey: .from)
    try container.encode((span?.upperBound).map(RFC3339.text), forKey: .until)
    try container.encode(fragments, forKey: .fragments)
    try container.encode(malformed, forKey: .malformed)
    try container.encode(flows, forKey: .flows)
    if !phases.isEmpty { try container.encode(phases, forKey: .phases) }
  }

  /// The report as JSON with sorted keys, without a final newline.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    } catch {
      // Every number is a difference of whole nanoseconds, and so finite.
      preconditionFailure("a report cannot be written as JSON: \(error)")
    }
  }
}

extension FlowReport.Flow: Encodable {
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

  /// Writes the flow.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(client, forKey: .client)
    try container.encode(server, forKey: .server)
    try container.encode(packets, forKey: .packets)
    try container.encode(bytes, forKey: .bytes)
    try container.encode(handshakeMilliseconds, forKey: .handshakeMilliseconds)
    try container.encode(retransmissions, forKey: .retransmissions)
    try container.encode(outOfOrder, forKey: .outOfOrder)
    try container.encode(duplicateAcknowledgements, forKey: .duplicateAcknowledgements)
    try container.encode(resetBy, forKey: .resetBy)
    try container.encode(zeroWindows, forKey: .zeroWindows)
    try container.encode(longestGapMilliseconds, forKey: .longestGapMilliseconds)
    try container.encode(dataRoundTrip, forKey: .dataRoundTrip)
    try container.encode(requests, forKey: .requests)
  }
}

extension FlowReport.Request: Encodable {
  private enum CodingKeys: String, CodingKey {
    case method, path, status, phase
    case atSeconds = "at_s"
    case firstByteMilliseconds = "ttfb_ms"
    case totalMilliseconds = "total_ms"
  }

  /// Writes the request.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(atSeconds, forKey: .atSeconds)
    try container.encode(method, forKey: .method)
    try container.encode(path, forKey: .path)
    try container.encode(status, forKey: .status)
    try container.encode(firstByteMilliseconds, forKey: .firstByteMilliseconds)
    try container.encode(totalMilliseconds, forKey: .totalMilliseconds)
    try container.encode(phase, forKey: .phase)
  }
}

extension FlowReport.PhaseFigures: Encodable {
  private enum CodingKeys: String, CodingKey {
    case phase, requests, succeeded, retransmissions
    case firstByte = "ttfb_ms"
    case total = "total_ms"
  }

  /// Writes the figures of the phase.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(phase, forKey: .phase)
    try container.encode(requests, forKey: .requests)
    try container.encode(succeeded, forKey: .succeeded)
    try container.encode(retransmissions, forKey: .retransmissions)
    try container.encode(firstByte, forKey: .firstByte)
    try container.encode(total, forKey: .total)
  }
}
