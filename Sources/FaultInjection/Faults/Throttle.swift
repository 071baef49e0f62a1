import ExperimentModel
import NetworkImpairment

/// Packets that wait behind a bandwidth.
public struct Throttle: PacketInjector {
  /// The verb.
  public static let name = "throttle"
  /// What the help says.
  public static let summary = "Let a container's packets leave no faster than a bandwidth."

  private let bandwidth: Bandwidth
  /// Which packets are meant.
  public let filter: PacketFilter
  /// How it is done.
  public let manner: PacketManner

  /// Makes a bandwidth the limit.
  public init(
    _ bandwidth: Bandwidth,
    filter: PacketFilter, manner: PacketManner = PacketManner()
  ) {
    self.bandwidth = bandwidth
    self.filter = filter
    self.manner = manner
  }

  /// What is done to packets.
  public var packetDeed: PacketFault.Deed { .impair(.throttle(bandwidth)) }
  /// What is asked.
  public var settings: [String: String] {
    ["bandwidth": bandwidth.brief]
  }
  /// What happened to the container.
  public var deed: String { "was limited to \(bandwidth.brief)" }
  /// How it is then.
  public var condition: String { "is limited to \(bandwidth.brief)" }
}
