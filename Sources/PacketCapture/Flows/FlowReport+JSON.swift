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
  public var json: String { readableJSON(self) }
}
