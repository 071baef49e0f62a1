import Synchronization

/// The packets of one host as they pass, counted so that a fault can be held against them.
///
/// It keeps no packet: a tenth of a second is the shortest time that it tells apart, and what is
/// quiet takes no room.
public final class TrafficWitness: Sendable {
  /// Which packets are looked at.
  public struct Selector: Sendable, Hashable {
    /// The addresses of the host.
    public var own: [AddressRange]
    /// Those of the other end; empty for all.
    public var peers: [AddressRange]
    /// The port at either end; nil for any.
    public var port: Int?
    /// Whether checksums are looked at, for which packets have to be whole.
    public var checksBytes: Bool
    /// The bandwidth, in bits each second, by which the host's packets are told that follow each
    /// other as closely as it allows, or closer; nil where nobody asks for them.
    public var pace: Double?

    /// Makes a selector.
    public init(
      own: [AddressRange], peers: [AddressRange] = [], port: Int? = nil, checksBytes: Bool = false,
      pace: Double? = nil
    ) {
      self.own = own
      self.peers = peers
      self.port = port
      self.checksBytes = checksBytes
      self.pace = pace
    }
  }

  /// The length of the times that are told apart, in nanoseconds.
  public static let grain: Int64 = 100_000_000
  /// How long a connection may be silent before it is forgotten, in nanoseconds.
  fileprivate static let patience: Int64 = 120_000_000_000

  fileprivate struct Ends: Hashable {
    var own, other: Endpoint
  }

  fileprivate struct State {
    var flows: [Ends: WitnessedFlow] = [:]
    /// Those that were silent since the last look.
    var silent: [Ends: WitnessedFlow] = [:]
    /// When connections were last looked at for silence.
    var looked: Int64 = 0
    /// When the host sent its last packet.
    var lastSent: Int64?
    var figures: [Int64: TrafficFigures] = [:]
    var lost = 0
  }

  /// Which packets are looked at.
  public let selector: Selector
  private let state = Mutex(State())

  /// Makes a witness that has seen nothing yet.
  public init(_ selector: Selector) { self.selector = selector }

  /// How many packets the captures lost that it looked through.
  public var lost: Int { state.withLock(\.lost) }

  func noteLost(_ packets: Int) { state.withLock { $0.lost += packets } }

  /// What was counted in whole tenths of a second within these times, in nanoseconds since 1970.
  ///
  /// - Complexity: O(tenths of a second with traffic).
  public func figures(in spans: [Range<Int64>]) -> TrafficFigures {
    var sum = TrafficFigures()
    let grains = spans.map(Self.grains)
    state.withLock { state in
      for (grain, figures) in state.figures where grains.contains(where: { $0.contains(grain) }) {
        sum.add(figures)
      }
    }
    return sum
  }

  /// The bytes that the host sent in each tenth of a second within a time, the quiet ones too.
  public func bytesSent(in span: Range<Int64>) -> [Int] {
    let grains = Self.grains(span)
    return state.withLock { state in grains.map { state.figures[$0]?.sent.bytes ?? 0 } }
  }

  private static func grains(_ span: Range<Int64>) -> Range<Int64> {
    let first = (span.lowerBound + grain - 1) / grain
    return first..<max(first, span.upperBound / grain)
  }

  /// Takes a packet that was seen, whatever it is.
  public func take(_ packet: CapturedPacket) {
    guard case .segment(let segment) = Dissection(packet) else { return }
    take(segment, isDamaged: selector.checksBytes && Checksum.isWrong(packet))
  }

  private func take(_ segment: TCPSegment, isDamaged: Bool) {
    let isSent = selector.own.contains { $0.contains(segment.source) }
    guard isSent || selector.own.contains(where: { $0.contains(segment.destination) }) else {
      return
    }
    let ends =
      isSent
      ? Ends(own: segment.source, other: segment.destination)
      : Ends(own: segment.destination, other: segment.source)
    if !selector.peers.isEmpty, !selector.peers.contains(where: { $0.contains(ends.other) }) {
      return
    }
    if let port = selector.port, ends.own.port != port, ends.other.port != port { return }
    state.withLock { state in
      if isSent, let pace = selector.pace { state.takePace(of: segment, at: pace) }
      state.take(segment, of: ends, isSent: isSent, isDamaged: isDamaged)
    }
  }
}

extension TrafficWitness.State {
  /// Packets that a bandwidth lets go in less than this follow each other too closely for the
  /// clock of whoever holds them, in nanoseconds.
  private static let shortestPassage = 1e6
  /// How much later than the bandwidth says a packet still counts as one that waited for it.
  private static let slack = 1.25

  /// Counts a packet that left as soon after the one before as a bandwidth lets it, or sooner.
  fileprivate mutating func takePace(of segment: TCPSegment, at bitsPerSecond: Double) {
    defer { lastSent = segment.time }
    let passage = Double(segment.packetLength * 8) / bitsPerSecond * 1e9
    guard let lastSent, passage >= Self.shortestPassage else { return }
    let gap = max(0, segment.time - lastSent)
    guard Double(gap) <= passage * Self.slack else { return }
    figures[segment.time / TrafficWitness.grain, default: TrafficFigures()].sent.pace
      .add(bytes: segment.packetLength, after: gap)
  }

  fileprivate mutating func take(
    _ segment: TCPSegment, of ends: TrafficWitness.Ends, isSent: Bool, isDamaged: Bool
  ) {
    if segment.time - looked >= TrafficWitness.patience / 2 {
      looked = segment.time
      (silent, flows) = (flows, [:])
    }
    let known = flows[ends] ?? silent.removeValue(forKey: ends)
    var flow = segment.opensConnection && !isDamaged && isReopened(known, segment) ? nil : known
    let grain = segment.time / TrafficWitness.grain
    if isDamaged {
      // A damaged port makes a connection that never was; its packet is missing in the true one.
      guard isSent, flow != nil else { return }
      flow?.take(damaged: segment, into: &figures[grain, default: TrafficFigures()])
    } else if isSent {
      flow = flow ?? WitnessedFlow()
      flow?.take(sent: segment, into: &figures[grain, default: TrafficFigures()])
    } else {
      flow = flow ?? WitnessedFlow()
      flow?.take(received: segment, into: &figures[grain, default: TrafficFigures()])
    }
    flows[ends] = flow
  }

  /// Whether a SYN begins another connection between the same ends: it is not one that was seen.
  private func isReopened(_ flow: WitnessedFlow?, _ segment: TCPSegment) -> Bool {
    flow.map { !$0.isOpened(by: segment) } ?? true
  }
}
