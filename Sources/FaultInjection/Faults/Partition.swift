import DockerEngine
import ExperimentModel
import NetworkImpairment

/// A cut between a container and others, or everybody: nothing passes.
public struct Partition: PacketInjector {
  /// The verb.
  public static let name = "partition"
  /// What the help says.
  public static let summary = "Cut a container off from others, or from everybody."

  private let isOneWay: Bool
  private let shape: PartitionShape?
  private let chosen: PacketFilter
  /// How it is done.
  public let manner: PacketManner

  /// Makes a cut between a container and its filter's peers; without peers everybody is cut off.
  ///
  /// - Parameters:
  ///   - isOneWay: whether only what the container sends is lost.
  ///   - shape: how the targets are divided into those who are cut off, and the peers; nil where
  ///     the filter has the peers.
  public init(
    isOneWay: Bool, shape: PartitionShape? = nil, filter: PacketFilter,
    manner: PacketManner = PacketManner()
  ) {
    self.isOneWay = isOneWay
    self.shape = shape
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
  /// The shape, besides the filter.
  public var settings: [String: String] { shape.map { ["shape": $0.rawValue] } ?? [:] }
  /// What happened to the container.
  public var deed: String { "was cut off from \(others)" }
  /// How it is then.
  public var condition: String { "is cut off from \(others)" }

  /// One side of the shape, cut off from the other.
  public func division(
    of targets: [ContainerSummary], drawnFrom draws: inout Draws
  ) throws(FaultError) -> (injector: any Injector, targets: [ContainerSummary]) {
    guard let shape else { return (self, targets) }
    let sides = try shape.sides(of: targets, drawnFrom: &draws)
    var filter = chosen
    filter.peers = sides.other.map(\.name)
    return (Partition(isOneWay: isOneWay, shape: shape, filter: filter, manner: manner), sides.one)
  }

  private var others: String {
    chosen.peers.isEmpty ? "everybody" : chosen.peers.joined(separator: ", ")
  }
}
