/// What lies between clients, balancer and backends.
public struct Network: Sendable, Hashable {
  /// What a hop costs besides its latency.
  public var transport: Transport
  /// The links in the order of the file.
  ///
  /// For a pair of nodes the more specific link holds, then the later one; without one there is no
  /// delay.
  public var links: [Link]
  /// What holds where no link does; nil for no delay.
  public var profile: NetworkProfile?
  /// Where each node runs, by its name, as far as the file says it.
  public var sites: [String: String]

  /// Makes a network; without arguments one without delay.
  public init(
    transport: Transport = .tcp, links: [Link] = [], profile: NetworkProfile? = nil,
    sites: [String: String] = [:]
  ) {
    self.transport = transport
    self.links = links
    self.profile = profile
    self.sites = sites
  }
}

/// What a hop costs besides its latency.
public enum Transport: String, Sendable, Hashable, CaseIterable {
  /// A new connection costs a round trip, a lost packet a retransmission timeout.
  case tcp
  /// A hop is one latency and nothing else: the network of queueing theory.
  case message
}

/// A connection between two places, the same in both directions.
public struct Link: Sendable, Hashable {
  /// One end.
  public var from: Endpoint
  /// The other end.
  public var to: Endpoint
  /// The delay one way.
  public var latency: Distribution
  /// The share of packets that are lost.
  public var loss: Ratio
  /// How fast each end sends at most; nil for any speed.
  public var bandwidth: Bandwidth?
  /// How packets look on their way.
  public var packets: PacketFormat

  /// Makes a link.
  public init(
    from: Endpoint, to: Endpoint, latency: Distribution, loss: Ratio = Ratio(0),
    bandwidth: Bandwidth? = nil, packets: PacketFormat = .ethernet
  ) {
    self.from = from
    self.to = to
    self.latency = latency
    self.loss = loss
    self.bandwidth = bandwidth
    self.packets = packets
  }
}

/// One end of a link: all nodes of a kind, or one by name.
public enum Endpoint: Sendable, Hashable {
  /// Every client group.
  case clients
  /// Every balancer.
  case balancer
  /// Every backend.
  case backends
  /// The client group, balancer or backend of this name.
  case named(String)
  /// Every node that runs there.
  case site(String)
}
