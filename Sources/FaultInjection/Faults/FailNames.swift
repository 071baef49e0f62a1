import ExperimentModel
import NetworkImpairment

/// Questions for names (DNS) that fail, or stay without an answer.
public struct FailNames: PacketInjector {
  /// The verb.
  public static let name = "dns"
  /// What the help says.
  public static let summary = "Let a container's questions for names fail, or stay unanswered."

  /// What becomes of a question.
  public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nobody answers.
    case timeout
    /// The answer is that the server could not find out.
    case servfail
    /// The answer is that the name does not exist.
    case nxdomain
  }

  private let mode: Mode
  /// Which packets are meant.
  public let filter: PacketFilter
  /// How it is done.
  public let manner: PacketManner

  /// Makes questions for names fail.
  public init(_ mode: Mode, filter: PacketFilter, manner: PacketManner = PacketManner()) {
    self.mode = mode
    self.filter = filter
    self.manner = manner
  }

  /// What is done to packets.
  public var packetDeed: PacketFault.Deed {
    switch mode {
    case .timeout: .silenceNames
    case .servfail: .answer(.names(.servfail))
    case .nxdomain: .answer(.names(.nxdomain))
    }
  }
  /// What is asked.
  public var settings: [String: String] { ["mode": mode.rawValue] }
  /// What happened to the container.
  public var deed: String {
    switch mode {
    case .timeout: "heard no answers about names"
    case .servfail, .nxdomain: "heard \(mode.rawValue.uppercased()) about every name"
    }
  }
  /// How it is then.
  public var condition: String {
    switch mode {
    case .timeout: "hears no answers about names"
    case .servfail, .nxdomain: "hears \(mode.rawValue.uppercased()) about every name"
    }
  }
}
