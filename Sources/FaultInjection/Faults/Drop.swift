import ExperimentModel
import NetworkImpairment

/// Packets that are lost on their way.
public struct Drop: PacketInjector {
  /// The verb.
  public static let name = "drop"
  /// What the help says.
  public static let summary = "Lose some of a container's packets."

  private let loss: LossModel
  /// Which packets are meant.
  public let filter: PacketFilter
  /// How it is done.
  public let manner: PacketManner

  /// Makes a loss.
  public init(
    _ loss: LossModel,
    filter: PacketFilter, manner: PacketManner = PacketManner()
  ) {
    self.loss = loss
    self.filter = filter
    self.manner = manner
  }

  /// What is done to packets.
  public var packetDeed: PacketFault.Deed { .impair(.drop(loss)) }
  /// What is asked.
  public var settings: [String: String] {
    loss.settings
  }
  /// What happened to the container.
  public var deed: String { "lost \(loss.brief)" }
  /// How it is then.
  public var condition: String { "loses \(loss.brief)" }
}
