import ExperimentModel
import Glibc
import NetworkImpairment

/// A fault in force in the target of a test, with its holder on a thread where it needs one.
struct ArmedFault {
  let fault: PacketFault
  private let namespace: NetworkNamespace
  private let thread: HoldingThread?

  init(
    _ deed: PacketFault.Deed, _ selector: PacketSelector = PacketSelector(), way: PacketWay,
    id: String = "test-1", for span: Duration = .seconds(60), seed: UInt64 = 1,
    in namespace: NetworkNamespace
  ) throws {
    fault = PacketFault(id: id, deed: deed, selector: selector, seed: seed)
    self.namespace = namespace
    try PacketRules(fault, way: way).make(in: namespace)
    if way == .queue {
      let holder = try PacketHolder(fault, in: namespace)
      try holder.connect()
      thread = try HoldingThread(holder)
    } else {
      thread = nil
    }
    try PacketRules.renew(id, for: span, in: namespace)
  }

  /// Removes the rules, and waits for the holder to leave.
  func disarm() throws {
    try PacketRules.remove(fault.id, in: namespace)
    try thread?.join()
  }
}
