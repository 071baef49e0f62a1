/// A way to change packets.
public enum PacketWay: String, Sendable, Codable, CaseIterable {
  /// The packet filter's own verdicts: packets are lost or refused.
  case filter
  /// The network emulator `netem` of the kernel's traffic control.
  case netem
  /// A queue of packets that a process of ours lets go, loses or changes.
  case queue
}
