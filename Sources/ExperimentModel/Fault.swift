/// A disturbance as a person asks for it: what is done to a target, and what with.
///
/// Both worlds read the same value: the simulator lowers it to effects on its model, `chaos` to
/// effects on live containers.
public enum Fault: Sendable, Hashable {
  /// The process is killed with a signal.
  ///
  /// Its host then vanishes from the network, as a container does, or, when only the process died,
  /// refuses connections at once.
  case kill(signal: String, refuses: Bool)
  /// The container is stopped as its engine does it: no new connections, ten seconds to finish.
  case stop
  /// The container is frozen: it accepts connections, and nothing else.
  case pause
  /// A share of its answers are errors with this status.
  case fail(rate: Ratio, status: Int)
  /// Its packets are changed on their way: delay, drop, duplicate, corrupt, reorder, throttle.
  case impair(PacketImpairment, PacketFilter)
  /// Its packets fare as on a worse network: some are lost, and all are slowed down and late.
  case degrade(NetworkProfile, PacketFilter)
  /// Nothing passes between the targets and others of these names.
  case partition(from: [String], isOneWay: Bool)
  /// Its CPU limit changes to so many cores.
  case limitCPU(Cores)
  /// Competing load burns so many cores inside its CPU limit.
  case burnCPU(Cores)
  /// Its memory limit changes.
  case limitMemory(ByteCount)
  /// Competing load takes so much of its memory.
  case fillMemory(ByteCount)
}

/// The smallest change that an executor applies and reverts: one thing to one target.
///
/// It is closed on purpose. Each world has exactly one exhaustive switch over it, so that a new
/// fault built from these works in both untouched, and a new effect is a compile error in exactly
/// two places.
public enum Effect: Sendable, Hashable {
  /// Ends the target's process with this signal; reverting starts it again.
  case kill(signal: String, refuses: Bool)
  /// Ends the target's process after its requests, within ten seconds; reverting starts it again.
  case stop
  /// Freezes the target; reverting thaws it.
  case pause
  /// Makes a share of the target's answers errors; reverting makes them good again.
  case fail(rate: Ratio, status: Int)
  /// Changes packets of the target that pass the filter; effects of the same kind add up.
  case impair(PacketImpairment, PacketFilter)
  /// Lets nothing pass between the target and nodes of these names, or nothing from the target.
  case cut(from: [String], isOneWay: Bool)
  /// Sets the target's CPU limit; reverting restores the one before.
  case limitCPU(Cores)
  /// Burns CPU time in the target's limit; reverting ends that.
  case burnCPU(Cores)
  /// Sets the target's memory limit; reverting restores the one before.
  case limitMemory(ByteCount)
  /// Takes memory in the target's limit; reverting frees it.
  case fillMemory(ByteCount)
}

extension Fault {
  /// What the fault comes to at each of its targets, in order.
  public var effects: [Effect] {
    switch self {
    case .kill(let signal, let refuses): [.kill(signal: signal, refuses: refuses)]
    case .stop: [.stop]
    case .pause: [.pause]
    case .fail(let rate, let status): [.fail(rate: rate, status: status)]
    case .impair(let impairment, let filter): [.impair(impairment, filter)]
    case .degrade(let profile, let filter): profile.impairments.map { .impair($0, filter) }
    case .partition(let others, let isOneWay): [.cut(from: others, isOneWay: isOneWay)]
    case .limitCPU(let cores): [.limitCPU(cores)]
    case .burnCPU(let cores): [.burnCPU(cores)]
    case .limitMemory(let limit): [.limitMemory(limit)]
    case .fillMemory(let amount): [.fillMemory(amount)]
    }
  }
}
