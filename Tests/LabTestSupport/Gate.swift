import Glibc
import Synchronization

/// A gate at which threads wait until somebody opens it, or until enough of them stand there.
///
/// It puts events in an order that no busy machine can turn round, where a delay would only make
/// that order likely.
public final class Gate: Sendable {
  /// How long anybody waits at most, in seconds: a test that went wrong has to end.
  private static let patienceSeconds = 120.0

  private let state: Mutex<State>

  private struct State {
    /// How many must still come before it opens; nil when only somebody opens it.
    var missing: Int?
    var isOpen = false
  }

  /// Makes a gate that is closed.
  ///
  /// - Parameter count: how many must stand at it to open it; nil when only `open` does.
  public init(opensFor count: Int? = nil) {
    state = Mutex(State(missing: count))
  }

  /// Lets all pass who wait, and all who come.
  public func open() { state.withLock { $0.isOpen = true } }

  /// Waits until the gate is open.
  public func pass() {
    state.withLock { state in
      guard let missing = state.missing else { return }
      state.missing = missing - 1
      if missing == 1 { state.isOpen = true }
    }
    let end = ContinuousClock.now + .seconds(Self.patienceSeconds)
    while !state.withLock({ $0.isOpen }), ContinuousClock.now < end { usleep(1000) }
  }
}
