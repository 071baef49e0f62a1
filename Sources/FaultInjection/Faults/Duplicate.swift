import ExperimentModel

/// Packets that arrive twice.
public enum Duplicate: ImpairmentByChance {
  /// The verb.
  public static let name = "duplicate"
  /// What the help says.
  public static let summary = "Let some of a container's packets arrive twice."
  /// What the help says besides.
  public static let discussion = "A copy follows each of them at once."
  /// What has happened to such a packet.
  public static let participle = "duplicated"
  /// The impairment of a share of the packets.
  public static func impairment(_ likelihood: Likelihood) -> PacketImpairment {
    .duplicate(likelihood)
  }
}
