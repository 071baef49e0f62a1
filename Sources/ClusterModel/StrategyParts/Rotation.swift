import SimulationEngine

/// Each backend in turn: what textbook hashing falls back on for a request with neither key nor
/// address.
struct HashTurn {
  private var turn = 0

  /// The next usable backend in the order of the file.
  mutating func next(for attempt: Attempt, in upstream: borrowing Upstream) -> BackendIndex? {
    for _ in 0..<upstream.count {
      let backend = BackendIndex(turn)
      turn = turn + 1 == upstream.count ? 0 : turn + 1
      if upstream.isUsable(backend, for: attempt) { return backend }
    }
    return nil
  }
}
