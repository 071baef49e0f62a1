import ExperimentModel
import NetworkImpairment

/// Packets that fare as on a worse network: some are lost, and all are slowed down and late.
public struct Degrade: PacketInjector {
  /// The verb.
  public static let name = "degrade"
  /// What the help says.
  public static let summary = "Let a container's packets fare as on a network such as 3g or wifi."

  private let profile: NetworkProfile
  /// Which packets are meant.
  public let filter: PacketFilter
  /// How it is done.
  public let manner: PacketManner

  /// Makes the network look like one of a kind that many know.
  public init(
    _ profile: NetworkProfile, filter: PacketFilter, manner: PacketManner = PacketManner()
  ) {
    self.profile = profile
    self.filter = filter
    self.manner = manner
  }

  /// What is done to packets.
  public var packetDeed: PacketFault.Deed { .degrade(profile.impairments) }
  /// What is asked, with the figures of the profile.
  public var settings: [String: String] {
    var settings = ["profile": profile.rawValue]
    for impairment in profile.impairments {
      switch impairment {
      case .delay(let delay): settings["by"] = delay.by.brief
      case .drop(let loss): settings["rate"] = loss.rate.percentage
      case .throttle(let bandwidth): settings["bandwidth"] = bandwidth.brief
      case .duplicate, .corrupt, .reorder: break
      }
    }
    return settings
  }
  /// What happened to the container.
  public var deed: String { "had a network like \(profile.rawValue)" }
  /// How it is then.
  public var condition: String { "has a network like \(profile.rawValue)" }
}
