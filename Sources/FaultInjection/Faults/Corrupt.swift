import ExperimentModel

/// Packets of which a bit is flipped.
public enum Corrupt: ImpairmentByChance {
  /// The verb.
  public static let name = "corrupt"
  /// What the help says.
  public static let summary = "Flip a bit in some of a container's packets."
  /// What the help says besides.
  public static let discussion = "Checksums notice the flipped bit, so that TCP sees a loss."
  /// What has happened to such a packet.
  public static let participle = "corrupted"
  /// The impairment of a share of the packets.
  public static func impairment(_ likelihood: Likelihood) -> PacketImpairment {
    .corrupt(likelihood)
  }
}
