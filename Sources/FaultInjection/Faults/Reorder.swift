import ExperimentModel
import NetworkImpairment

/// Packets that are held back, so that later ones overtake them.
public struct Reorder: PacketInjector {
  /// The verb.
  public static let name = "reorder"
  /// What the help says.
  public static let summary = "Let some of a container's packets be overtaken."

  private let likelihood: Likelihood
  /// Which packets are meant.
  public let filter: PacketFilter
  /// How it is done.
  public let manner: PacketManner

  /// Makes it happen to a share of the packets.
  public init(
    _ likelihood: Likelihood,
    filter: PacketFilter, manner: PacketManner = PacketManner()
  ) {
    self.likelihood = likelihood
    self.filter = filter
    self.manner = manner
  }

  /// What is done to packets.
  public var packetDeed: PacketFault.Deed { .impair(.reorder(likelihood)) }
  /// What is asked.
  public var settings: [String: String] {
    likelihood.settings
  }
  /// What happened to the container.
  public var deed: String { "had \(likelihood.rate.percentage) of its packets overtaken" }
  /// How it is then.
  public var condition: String { "has \(likelihood.rate.percentage) of its packets overtaken" }
}
