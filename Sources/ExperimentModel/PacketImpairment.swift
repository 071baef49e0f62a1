/// What is done to packets on their way, as netem names it (`tc-netem(8)`).
public enum PacketImpairment: Sendable, Hashable, Codable {
  /// Packets arrive later.
  case delay(PacketDelay)
  /// Packets are lost.
  case drop(LossModel)
  /// Packets arrive twice.
  case duplicate(Likelihood)
  /// One bit of a packet is flipped, which checksums notice: TCP sees a loss.
  case corrupt(Likelihood)
  /// Packets overtake those that are delayed.
  case reorder(Likelihood)
  /// Packets leave no faster than this, and queue before it.
  case throttle(Bandwidth)

  /// How long a packet that is to be overtaken is held back: more than packets of one flow are
  /// usually apart.
  public static let overtakingSpan = Duration.milliseconds(10)
}

/// How much later packets arrive.
public struct PacketDelay: Sendable, Hashable, Codable {
  /// The mean of the added delay.
  public var by: Duration
  /// How far a delay lies from the mean: the half-width of a uniform one, the deviation of others.
  public var jitter: Duration
  /// How much each draw follows the one before.
  public var correlation: Ratio
  /// The shape of the jitter.
  public var distribution: Shape

  /// A shape of jitter, by netem's names.
  public enum Shape: String, Sendable, Hashable, Codable, CaseIterable, BitwiseCopyable {
    case uniform, normal, pareto, paretonormal
  }

  /// Makes a delay; without more than `by` a constant one.
  public init(
    by: Duration, jitter: Duration = .zero, correlation: Ratio = Ratio(0),
    distribution: Shape = .uniform
  ) {
    self.by = by
    self.jitter = jitter
    self.correlation = correlation
    self.distribution = distribution
  }
}

/// How often something happens to a packet, and how much that follows the packet before.
public struct Likelihood: Sendable, Hashable, Codable {
  /// The share of packets that it happens to.
  public var rate: Ratio
  /// How much each draw follows the one before.
  public var correlation: Ratio

  /// Makes a likelihood; without a correlation packets are independent.
  public init(rate: Ratio, correlation: Ratio = Ratio(0)) {
    self.rate = rate
    self.correlation = correlation
  }
}

/// An amount of data per time.
public struct Bandwidth: Sendable, Hashable, Codable {
  /// Bits per second; positive and finite.
  public let bitsPerSecond: Double

  /// Makes a bandwidth of so many bits each second.
  public init(bitsPerSecond: Double) {
    precondition(bitsPerSecond > 0 && bitsPerSecond.isFinite, "a bandwidth is positive and finite")
    self.bitsPerSecond = bitsPerSecond
  }
}

/// Which packets of a target are meant: those for which every given part holds.
public struct PacketFilter: Sendable, Hashable, Codable {
  /// Which way, seen from the target.
  public var direction: Direction
  /// The other end: names of the topology or of containers, addresses or CIDR blocks; any when
  /// empty.
  public var peers: [String]
  /// The port of either end; any when nil.
  public var port: Int?
  /// The protocol; any when nil.
  public var transport: TransportProtocol?

  /// A way, seen from the target.
  public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
    case egress, ingress, both
  }

  /// A protocol that has ports.
  public enum TransportProtocol: String, Sendable, Hashable, Codable, CaseIterable {
    case tcp, udp, icmp
  }

  /// Makes a filter; without arguments everything that the target sends.
  public init(
    direction: Direction = .egress, peers: [String] = [], port: Int? = nil,
    transport: TransportProtocol? = nil
  ) {
    self.direction = direction
    self.peers = peers
    self.port = port
    self.transport = transport
  }
}
