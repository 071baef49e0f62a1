import ExperimentModel
import NetworkImpairment

/// A cut between a container and others, or everybody: nothing passes.
public struct Partition: PacketInjector {
  /// The verb.
  public static let name = "partition"
  /// What the help says.
  public static let summary = "Cut a container off from others, or from everybody."

  private let isOneWay: Bool
  private let chosen: PacketFilter
  /// How it is done.
  public let manner: PacketManner

  /// Makes a cut between a container and its filter's peers; without peers everybody is cut off.
  ///
  /// - Parameter isOneWay: whether only what the container sends is lost.
  public init(isOneWay: Bool, filter: PacketFilter, manner: PacketManner = PacketManner()) {
    self.isOneWay = isOneWay
    chosen = filter
    self.manner = manner
  }

  /// Which packets are meant: both ways, unless it is one way.
  public var filter: PacketFilter {
    var filter = chosen
    filter.direction = isOneWay ? .egress : .both
    return filter
  }
  /// What is done to packets.
  public var packetDeed: PacketFault.Deed { .cut }
  /// Nothing besides the filter.
  public var settings: [String: String] { [:] }
  /// What happened to the container.
  public var deed: String { "was cut off from \(others)" }
  /// How it is then.
  public var condition: String { "is cut off from \(others)" }

  private var others: String {
    chosen.peers.isEmpty ? "everybody" : chosen.peers.joined(separator: ", ")
  }
}
