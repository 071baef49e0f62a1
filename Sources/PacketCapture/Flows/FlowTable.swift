/// All TCP connections of a capture, and what else there was.
struct FlowTable {
  /// What tells connections apart while they last: both ends, and where they were seen.
  private struct Key: Hashable {
    var low, high: Endpoint
    var interface: Int

    init(_ segment: TCPSegment) {
      let isOrdered = segment.source.precedes(segment.destination)
      low = isOrdered ? segment.source : segment.destination
      high = isOrdered ? segment.destination : segment.source
      interface = segment.interface
    }
  }

  /// The flows in the order of their first packets.
  private(set) var flows: [TCPFlow] = []
  private var current: [Key: Int] = [:]
  private(set) var packets = 0
  private(set) var fragments = 0
  private(set) var malformed = 0
  /// The times of the earliest and the latest packet.
  private(set) var span: ClosedRange<Int64>?

  /// Takes a packet, whatever it is.
  mutating func take(_ packet: CapturedPacket) {
    packets += 1
    span =
      span.map { min($0.lowerBound, packet.time)...max($0.upperBound, packet.time) }
      ?? packet.time...packet.time
    switch Dissection(packet) {
    case .segment(let segment): take(segment)
    case .fragment: fragments += 1
    case .malformed: malformed += 1
    case .other: break
    }
  }

  /// Reads what still waits, at the end of the capture.
  mutating func finish() {
    for index in flows.indices { flows[index].finish() }
  }

  private mutating func take(_ segment: TCPSegment) {
    let key = Key(segment)
    if let index = current[key], !flows[index].isReopened(by: segment) {
      flows[index].take(segment)
      return
    }
    current[key] = flows.count
    var flow = TCPFlow(startingWith: segment)
    flow.take(segment)
    flows.append(flow)
  }
}
