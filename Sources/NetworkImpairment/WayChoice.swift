import ExperimentModel

/// The choice of a way for one fault.
public struct WayChoice {
  private let fault: PacketFault
  private let isSeeded: Bool

  /// Prepares the choice.
  ///
  /// - Parameter isSeeded: whether the same pattern of random draws is asked for.
  public init(for fault: PacketFault, isSeeded: Bool) {
    self.fault = fault
    self.isSeeded = isSeeded
  }

  /// The ways that can do what is asked, the best one first, whatever this machine has.
  public var candidates: [PacketWay] {
    switch fault.deed {
    case .cut, .reset, .silenceNames, .answer:
      [.filter]
    case .impair(.drop(.random(let likelihood))):
      // The kernel's own dice cannot be seeded, and know nothing of the packet before.
      likelihood.rate.fraction == 1 || (likelihood.correlation.fraction == 0 && !isSeeded)
        ? [.filter] + emulators : emulators
    case .impair, .degrade:
      emulators
    }
  }

  /// The ways to all that takes time or memory.
  ///
  /// The emulator sees only what is sent, and its correlations change the shares that are asked
  /// for, which those of the queue do not.
  private var emulators: [PacketWay] {
    guard fault.selector.direction == .egress else { return [.queue] }
    return isCorrelated ? [.queue, .netem] : [.netem, .queue]
  }

  private var isCorrelated: Bool {
    fault.impairments.contains { impairment in
      switch impairment {
      case .delay(let delay): delay.correlation.fraction > 0
      case .drop(.random(let likelihood)), .duplicate(let likelihood), .corrupt(let likelihood),
        .reorder(let likelihood):
        likelihood.correlation.fraction > 0
      case .drop, .throttle: false
      }
    }
  }

  /// The way to go.
  ///
  /// - Parameter forced: the way that somebody insists on.
  /// - Throws: a sentence when that way cannot do it.
  public func way(
    forced: PacketWay?, in namespace: NetworkNamespace
  ) throws(ImpairmentError) -> PacketWay {
    guard let forced else {
      return candidates.first { obstacle(to: $0, in: namespace) == nil } ?? candidates[0]
    }
    guard candidates.contains(forced) else {
      let others = candidates.map(\.rawValue).joined(separator: " or ")
      throw ImpairmentError(
        .notSupported, "\(forced.rawValue) cannot do this; leave --via out, or take \(others)")
    }
    if let obstacle = obstacle(to: forced, in: namespace) { throw obstacle }
    return forced
  }

  /// What stands in the way of the emulator; the other ways say it themselves when they are gone.
  private func obstacle(
    to way: PacketWay, in namespace: NetworkNamespace
  ) -> ImpairmentError? {
    guard way == .netem else { return nil }
    return WayProbe.obstacleToEmulator ?? EmulatorTree.obstacle(to: fault, in: namespace)
  }
}
