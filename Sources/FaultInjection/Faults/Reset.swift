import ExperimentModel
import NetworkImpairment

/// TCP connections that end with a reset as soon as they carry anything.
public struct Reset: PacketInjector {
  /// The verb.
  public static let name = "reset"
  /// What the help says.
  public static let summary = "Reset the TCP connections of a container."

  /// Which packets are meant.
  public let filter: PacketFilter
  /// How it is done.
  public let manner: PacketManner

  /// Makes resets.
  public init(
    filter: PacketFilter, manner: PacketManner = PacketManner()
  ) {
    self.filter = filter
    self.manner = manner
  }

  /// What is done to packets.
  public var packetDeed: PacketFault.Deed { .reset }
  /// What is asked.
  public var settings: [String: String] {
    [:]
  }
  /// What happened to the container.
  public var deed: String { "had its connections reset" }
  /// How it is then.
  public var condition: String { "has its connections reset" }
}
