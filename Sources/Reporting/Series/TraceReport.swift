/// The way of one request through the system, hop by hop.
public struct TraceReport: Sendable, Hashable, Encodable {
  /// How many requests were sent before it.
  public var number: Int
  /// The client group that sent it.
  public var client: String
  /// When it was sent, in seconds of simulated time.
  public var sentSeconds: Double
  /// From its sending to its end for the client.
  public var latencyMilliseconds: Double
  /// How it ended: `succeeded`, or the kind of its failure.
  public var ending: String
  /// What happened to it, in the order of time.
  public var hops: [Hop]

  /// One thing that happened to a request.
  public struct Hop: Sendable, Hashable, Encodable {
    /// When, in milliseconds since the request was sent.
    public var milliseconds: Double
    /// What happened, such as `picked`.
    public var hop: String
    /// Where.
    public var node: String

    /// Makes a hop.
    public init(milliseconds: Double, hop: String, node: String) {
      self.milliseconds = milliseconds
      self.hop = hop
      self.node = node
    }

    private enum CodingKeys: String, CodingKey {
      case hop, node
      case milliseconds = "at_ms"
    }
  }

  /// Makes a trace.
  public init(
    number: Int, client: String, sentSeconds: Double, latencyMilliseconds: Double,
    ending: String, hops: [Hop]
  ) {
    self.number = number
    self.client = client
    self.sentSeconds = sentSeconds
    self.latencyMilliseconds = latencyMilliseconds
    self.ending = ending
    self.hops = hops
  }

  private enum CodingKeys: String, CodingKey {
    case client, ending, hops
    case number = "request"
    case sentSeconds = "sent_s"
    case latencyMilliseconds = "latency_ms"
  }
}

extension TraceReport {
  /// Traces as CSV, a row a hop.
  public static func csv(_ traces: [TraceReport]) -> String {
    let header = ["request", "client", "sent_s", "ending", "at_ms", "hop", "node"]
    let rows = traces.flatMap { trace in
      trace.hops.map { hop in
        [
          "\(trace.number)", trace.client, "\(trace.sentSeconds)", trace.ending,
          "\(hop.milliseconds)", hop.hop, hop.node,
        ]
      }
    }
    return ([header] + rows).map(CSVText.row).joined()
  }

  /// The trace for a reader at a terminal: a hop a line, with what each took.
  func lines() -> [String] {
    let took = HumaneText.duration(milliseconds: latencyMilliseconds)
    let head =
      "Request \(HumaneText.count(number + 1))  \(took)  \(ending), sent by \(client.printable) "
      + "at \(RunTimeline.time(sentSeconds))"
    let times = hops.map(\.milliseconds) + [latencyMilliseconds]
    return [head]
      + hops.indices.map { place in
        let time = HumaneText.duration(milliseconds: times[place])
        let padding = String(repeating: " ", count: max(1, 8 - time.displayWidth))
        let span = span(from: times[place], to: times[place + 1])
        return "  \(padding)\(time)  \(span)  \(hops[place].hop)  \(hops[place].node.printable)"
      }
  }

  /// How many columns the whole time of a request takes.
  private static let columns = 30

  /// The time from one hop to the next, where it lies in the whole.
  private func span(from start: Double, to end: Double) -> String {
    let scale = Double(Self.columns) / max(latencyMilliseconds, .leastNormalMagnitude)
    let first = min(Self.columns - 1, Int(start * scale))
    let last = min(Self.columns, Int(end * scale))
    let bar = end > start && last > first ? String(repeating: "█", count: last - first) : "▏"
    let rest = Self.columns - first - bar.count
    return String(repeating: " ", count: first) + bar + String(repeating: " ", count: rest)
  }
}
