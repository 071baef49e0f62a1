import ExperimentModel
import NetworkImpairment

/// Questions for names (DNS) that stay without an answer.
public struct SilenceNames: PacketInjector {
  /// The verb.
  public static let name = "dns"
  /// What the help says.
  public static let summary = "Leave a container's questions for names without an answer."

  /// Which packets are meant.
  public let filter: PacketFilter
  /// How it is done.
  public let manner: PacketManner

  /// Makes silence.
  public init(
    filter: PacketFilter, manner: PacketManner = PacketManner()
  ) {
    self.filter = filter
    self.manner = manner
  }

  /// What is done to packets.
  public var packetDeed: PacketFault.Deed { .silenceNames }
  /// What is asked.
  public var settings: [String: String] {
    ["mode": "timeout"]
  }
  /// What happened to the container.
  public var deed: String { "heard no answers about names" }
  /// How it is then.
  public var condition: String { "hears no answers about names" }
}
