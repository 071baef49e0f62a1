/// A fault with its time and its targets: one line of a timeline.
public struct ScheduledFault: Sendable, Hashable {
  /// When it begins, counted from the start of the run.
  public var at: Duration
  /// What is done.
  public var fault: Fault
  /// To whom.
  public var targets: TargetSelection
  /// How long it lasts; nil is until something else ends it.
  public var duration: Duration?
  /// The time from one beginning to the next, when it recurs.
  public var every: Duration?
  /// How often it happens in all; positive.
  public var times: Int

  /// Makes a fault that happens at a time.
  public init(
    at: Duration, _ fault: Fault, targets: TargetSelection, duration: Duration? = nil,
    every: Duration? = nil, times: Int = 1
  ) {
    self.at = at
    self.fault = fault
    self.targets = targets
    self.duration = duration
    self.every = every
    self.times = times
  }
}

/// Whom a fault aims at: backends, or for faults of the network any node.
public enum TargetSelection: Sendable, Hashable {
  /// Those of these names.
  case names([String])
  /// Those whose name matches a pattern, in which `*` stands for any characters.
  case pattern(String)
  /// So many of those of these names, drawn anew for each occurrence.
  case any(Int, of: [String])
  /// Live containers with a label, of this value or of any; see ``isEveryBackend``.
  case label(key: String, value: String?)

  /// Whether it is the label `role=backend`, which in the simulator every backend has, and nothing
  /// has any other.
  public var isEveryBackend: Bool { self == .label(key: "role", value: "backend") }
}
