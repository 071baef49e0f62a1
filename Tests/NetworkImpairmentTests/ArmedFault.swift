import ExperimentModel
import Glibc
import NetworkImpairment

/// A fault in force in the target of a test, with its holder on a thread where it needs one.
final class ArmedFault {
  let fault: PacketFault
  private let namespace: NetworkNamespace
  private var thread = pthread_t()
  private let hasHolder: Bool

  init(
    _ deed: PacketFault.Deed, _ selector: PacketSelector = PacketSelector(), way: PacketWay,
    id: String = "test-1", for span: Duration = .seconds(60), seed: UInt64 = 1,
    in namespace: NetworkNamespace
  ) throws {
    fault = PacketFault(id: id, deed: deed, selector: selector, seed: seed)
    self.namespace = namespace
    try PacketRules(fault, way: way).make(in: namespace)
    hasHolder = way == .queue
    if hasHolder {
      let holder = try PacketHolder(fault, in: namespace)
      try holder.connect()
      let argument = Unmanaged.passRetained(holder).toOpaque()
      pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          let holder = Unmanaged<PacketHolder>.fromOpaque(argument).takeRetainedValue()
          // A failure shows as a fault that is not there.
          try? holder.hold()
          return nil
        }, argument)
    }
    try PacketRules.renew(id, for: span, in: namespace)
  }

  /// Removes the rules, and waits for the holder to leave.
  func disarm() throws {
    try PacketRules.remove(fault.id, in: namespace)
    if hasHolder { pthread_join(thread, nil) }
  }
}
