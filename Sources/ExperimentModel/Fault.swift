/// A disturbance as a person asks for it: what, to whom, for how long.
///
/// Both worlds read the same value: the simulator lowers it to effects on its model, `chaos` to
/// effects on live containers.
public enum Fault: Sendable, Hashable {
  /// The process is killed with a signal; it comes back after `duration`, or, without one, when the
  /// restart policy or a person decides.
  case kill(signal: String, duration: Duration?)
}

/// The smallest change that an executor applies and reverts: one thing to one target.
///
/// It is closed on purpose. Each world has exactly one exhaustive switch over it, so that a new
/// fault built from these works in both untouched, and a new effect is a compile error in exactly
/// two places.
public enum Effect: Sendable, Hashable {
  /// Ends the target's process with this signal; reverting starts it again.
  case kill(signal: String)
}
