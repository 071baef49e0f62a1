/// What a witness counted of the packets of one host in some time.
public struct TrafficFigures: Sendable, Hashable {
  /// What went one way.
  public struct Way: Sendable, Hashable {
    /// TCP packets.
    public var packets = 0
    /// Their bytes on the wire, with all headers.
    public var bytes = 0
    /// Those that have a number, other than what no connected socket sent.
    public var counted = 0
    /// Those whose numbers say whether the ones before them came.
    public var numbered = 0
    /// The numbers that these took, of which a batch that is cut up later takes several.
    public var numbers = 0
    /// Numbers that their sender gave and that never came.
    public var missing = 0
    /// Packets that came twice under one number.
    public var repeated = 0
    /// Packets that came after later ones.
    public var late = 0
    /// Those with a number whose checksum is wrong, where checksums are looked at.
    public var damaged = 0
    /// Segments that ask for an acknowledgement: with data, SYN or FIN.
    public var asking = 0
    /// Those among them that were sent again.
    public var resent = 0
    /// Connections that were reset.
    public var resets = 0
    /// Packets that followed the one before as closely as a bandwidth lets them, or closer.
    public var pace = Pace()
  }

  /// Packets that went off close behind others: how many bytes in how much time.
  public struct Pace: Sendable, Hashable {
    /// How many they were.
    public var packets = 0
    /// Their bytes, with all headers.
    public var bytes = 0
    /// The time from each packet before to them, in nanoseconds.
    public var nanoseconds: Int64 = 0

    /// Adds a packet.
    mutating func add(bytes: Int, after gap: Int64) {
      packets += 1
      self.bytes += bytes
      nanoseconds += gap
    }
  }

  /// What the host sent.
  public var sent = Way()
  /// What came to the host.
  public var received = Way()
  /// From each SYN, or answer to one, that came to the host to what the host said to it, in
  /// nanoseconds: the time that its network took, since no program answers a SYN.
  public var openings: [Int64] = []
  /// From data that came to the host to its acknowledgement, in nanoseconds.
  public var acknowledgements: [Int64] = []

  /// Adds what was counted at another time.
  mutating func add(_ other: TrafficFigures) {
    sent.add(other.sent)
    received.add(other.received)
    openings += other.openings
    acknowledgements += other.acknowledgements
  }
}

extension TrafficFigures.Way {
  fileprivate mutating func add(_ other: Self) {
    packets += other.packets
    bytes += other.bytes
    counted += other.counted
    numbered += other.numbered
    numbers += other.numbers
    missing += other.missing
    repeated += other.repeated
    late += other.late
    damaged += other.damaged
    asking += other.asking
    resent += other.resent
    resets += other.resets
    pace.packets += other.pace.packets
    pace.bytes += other.pace.bytes
    pace.nanoseconds += other.pace.nanoseconds
  }
}
