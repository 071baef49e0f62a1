import ExperimentModel
import NetworkImpairment

/// What can happen to a share of a container's packets: one row of words for each.
public protocol ImpairmentByChance: Sendable {
  /// The verb.
  static var name: String { get }
  /// What the help says.
  static var summary: String { get }
  /// What the help says besides.
  static var discussion: String { get }
  /// What has happened to such a packet, such as `corrupted`.
  static var participle: String { get }
  /// The impairment of a share of the packets.
  static func impairment(_ likelihood: Likelihood) -> PacketImpairment
}

/// The fault of packets to a share of which something happens, whatever it is.
public struct RandomImpairment<Kind: ImpairmentByChance>: PacketInjector {
  /// The verb.
  public static var name: String { Kind.name }
  /// What the help says.
  public static var summary: String { Kind.summary }

  private let likelihood: Likelihood
  /// Which packets are meant.
  public let filter: PacketFilter
  /// How it is done.
  public let manner: PacketManner

  /// Lets it happen to a share of the packets.
  public init(
    _ likelihood: Likelihood, filter: PacketFilter, manner: PacketManner = PacketManner()
  ) {
    self.likelihood = likelihood
    self.filter = filter
    self.manner = manner
  }

  /// What is done to packets.
  public var packetDeed: PacketFault.Deed { .impair(Kind.impairment(likelihood)) }
  /// What is asked.
  public var settings: [String: String] { likelihood.settings }
  /// What happened to the container.
  public var deed: String { "had \(share)" }
  /// How it is then.
  public var condition: String { "has \(share)" }

  private var share: String { "\(likelihood.rate.percentage) of its packets \(Kind.participle)" }
}
