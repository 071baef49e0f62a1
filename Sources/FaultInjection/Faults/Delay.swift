import ExperimentModel
import NetworkImpairment

/// Packets that arrive later than they were sent.
public struct Delay: PacketInjector {
  /// The verb.
  public static let name = "delay"
  /// What the help says.
  public static let summary = "Let a container's packets arrive later."

  private let delay: PacketDelay
  /// Which packets are meant.
  public let filter: PacketFilter
  /// How it is done.
  public let manner: PacketManner

  /// Makes a delay.
  public init(
    _ delay: PacketDelay,
    filter: PacketFilter, manner: PacketManner = PacketManner()
  ) {
    self.delay = delay
    self.filter = filter
    self.manner = manner
  }

  /// What is done to packets.
  public var packetDeed: PacketFault.Deed { .impair(.delay(delay)) }
  /// What is asked.
  public var settings: [String: String] {
    var settings = ["by": delay.by.brief]
    if delay.jitter != .zero {
      settings["jitter"] = delay.jitter.brief
      settings["distribution"] = delay.distribution.rawValue
      settings["correlation"] = delay.correlation.percentage
    }
    return settings
  }
  /// What happened to the container.
  public var deed: String { "had packets delayed by \(delay.by.brief)" }
  /// How it is then.
  public var condition: String { "has packets delayed by \(delay.by.brief)" }
}
