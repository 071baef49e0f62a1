import SimulationEngine

/// The backends in turn: round robin itself, and what hashing falls back on for a request with
/// neither key nor address.
struct Rotation {
  private var turn = 0

  /// The next usable backend in the order of the file; nil where none is usable.
  ///
  /// - Complexity: O(1), and one step more for each unusable backend that is passed over.
  @inline(__always)
  mutating func next(for attempt: Attempt, in upstream: borrowing Upstream) -> BackendIndex? {
    for _ in 0..<upstream.count {
      let backend = BackendIndex(turn)
      turn += 1
      if turn == upstream.count { turn = 0 }
      if upstream.isUsable(backend, for: attempt) { return backend }
    }
    return nil
  }
}
