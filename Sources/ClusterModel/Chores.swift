import SimulationEngine

/// What happens again and again by itself, such as health checks, and is no reason for a run to go
/// on: it ends when nothing else is left to happen.
struct Chores: ~Copyable {
  private var heap = Heap<Chore>()
  private var added: UInt32 = 0

  private struct Chore: BitwiseCopyable, Comparable {
    let due: Instant
    let order: UInt32
    let event: Event
    static func < (a: Chore, b: Chore) -> Bool {
      a.due < b.due || (a.due == b.due && a.order < b.order)
    }
    static func == (a: Chore, b: Chore) -> Bool { a.order == b.order }
  }

  /// When the next one is due; never when there is none.
  ///
  /// - Complexity: O(1).
  var nextDue: Instant { heap.count == 0 ? .never : heap.first.due }

  /// Adds an event that is due at a time.
  ///
  /// - Complexity: O(log n).
  mutating func add(_ event: Event, at time: Instant) {
    added &+= 1
    heap.insert(Chore(due: time, order: added, event: event))
  }

  /// Takes the event that is due first; there must be one.
  ///
  /// - Complexity: O(log n).
  mutating func removeFirst() -> Event { heap.removeFirst().event }
}
