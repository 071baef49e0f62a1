import ExperimentModel

/// Packets that are held back, so that later ones overtake them.
public enum Reorder: ImpairmentByChance {
  /// The verb.
  public static let name = "reorder"
  /// What the help says.
  public static let summary = "Let some of a container's packets be overtaken."
  /// What the help says besides.
  public static let discussion =
    "Each of them is held back for 10 ms, and later ones overtake it."
  /// What has happened to such a packet.
  public static let participle = "overtaken"
  /// The impairment of a share of the packets.
  public static func impairment(_ likelihood: Likelihood) -> PacketImpairment {
    .reorder(likelihood)
  }
}
