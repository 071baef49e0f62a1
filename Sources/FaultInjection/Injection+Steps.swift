// What one who walks the paths of several faults at once asks of each, stage by stage.
extension Injection {
  /// Through what the fault is made; nil before its target was found.
  public var via: Mechanism? { plan?.via }

  /// Whether the fault is in force until somebody undoes it.
  public var hasUndo: Bool { entry != nil }

  /// For how many seconds more the kernel keeps it in force; nil where no lease ends it.
  public var leaseSecondsLeft: Double? { leaseEndsAt == nil ? nil : secondsLeft }

  /// What became of the fault, once it has been made.
  public var outcome: Account { account() }

  /// Goes on to the undo without waiting; the caller knows that the time is over.
  public func skipWaiting() {
    if next == .wait { next = .revert }
  }

  /// Gives up a fault that has not been made: its entry goes, and its guardian leaves.
  public func abandon() throws(FaultError) {
    guard appliedAt == nil else { preconditionFailure("a fault that was made is undone") }
    next = nil
    try withdraw()
  }
}
