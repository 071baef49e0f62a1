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
    case .cut, .reset, .silenceNames:
      [.filter]
    case .impair(.drop(.random(let likelihood))):
      // The kernel's own dice cannot be seeded, and know nothing of the packet before.
      likelihood.rate.fraction == 1 || (likelihood.correlation.fraction == 0 && !isSeeded)
        ? [.filter, .queue] : [.queue]
    case .impair:
      [.queue]
    }
  }

  /// The way to go.
  ///
  /// - Parameter forced: the way that somebody insists on.
  /// - Throws: a sentence when that way cannot do it.
  public func way(
    forced: PacketWay?, in namespace: NetworkNamespace
  ) throws(ImpairmentError) -> PacketWay {
    guard let forced else { return candidates[0] }
    guard candidates.contains(forced) else {
      let others = candidates.map(\.rawValue).joined(separator: " or ")
      throw ImpairmentError(
        .notSupported, "\(forced.rawValue) cannot do this; leave --via out, or take \(others)")
    }
    return forced
  }
}
