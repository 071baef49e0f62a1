import ExperimentModel
import NetworkImpairment

/// Connections that meet an error of HTTP in place of the target.
public struct Fail: PacketInjector {
  /// The verb.
  public static let name = "fail"
  /// What the help says.
  public static let summary = "Answer a share of a container's connections with an HTTP error."

  private let rate: Ratio
  private let status: Int
  private let chosen: PacketFilter
  /// How it is done.
  public let manner: PacketManner

  /// Makes errors with this status for a share of the connections.
  public init(
    rate: Ratio, status: Int, filter: PacketFilter, manner: PacketManner = PacketManner()
  ) {
    self.rate = rate
    self.status = status
    chosen = filter
    self.manner = manner
  }

  /// Which packets are meant: those of TCP that come from outside.
  public var filter: PacketFilter {
    var filter = chosen
    filter.direction = .ingress
    filter.transport = .tcp
    return filter
  }
  /// What is done to packets.
  public var packetDeed: PacketFault.Deed { .answer(.http(status: status, rate: rate)) }
  /// What is asked.
  public var settings: [String: String] { ["rate": rate.percentage, "status": "\(status)"] }
  /// What happened to the container.
  public var deed: String { "had \(what)" }
  /// How it is then.
  public var condition: String { "has \(what)" }

  private var what: String { "\(rate.percentage) of its connections answered with \(status)" }
}
