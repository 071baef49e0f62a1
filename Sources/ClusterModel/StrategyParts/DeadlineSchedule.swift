import SimulationEngine

/// Who is next when each comes round as often as its weight says: earliest deadline first.
///
/// Envoy's weighted round robin (`source/common/upstream/edf_scheduler.h`): whoever is picked is
/// due again one over its weight later; of two with one deadline the one that was put back first
/// goes first.
struct DeadlineSchedule: ~Copyable {
  private struct Entry: BitwiseCopyable, Comparable {
    var deadline: Double
    var order: UInt64
    let backend: BackendIndex

    static func < (a: Entry, b: Entry) -> Bool {
      a.deadline != b.deadline ? a.deadline < b.deadline : a.order < b.order
    }
  }

  private var heap: Heap<Entry>
  private var order: UInt64 = 0

  /// Makes a schedule as it is after so many picks.
  ///
  /// Most of the picks are reckoned, not made: each backend has had its share of them rounded
  /// down, and the few that remain are made one by one. The weights are raised by 10⁻¹³ for this,
  /// so that equal deadlines do not fall apart by rounding.
  init(_ backends: [BackendIndex], after picks: Int, weight: (BackendIndex) -> Double) {
    heap = Heap(capacity: backends.count)
    let weights = backends.map { weight($0) + 1e-13 }
    let sum = weights.reduce(0, +)
    var made = 0
    for (backend, weight) in zip(backends, weights) {
      var count = Int(weight * Double(picks) / sum)
      if count > 0 && Double(count) / weight >= Double(picks) / sum { count -= 1 }
      heap.insert(Entry(deadline: Double(count + 1) / weight, order: order, backend: backend))
      order += 1
      made += count
    }
    while made < picks && heap.count > 0 {
      _ = next(weight: weight)
      made += 1
    }
  }

  /// The next in turn, put back by the weight that it has now; there must be one.
  ///
  /// - Complexity: O(log n).
  mutating func next(weight: (BackendIndex) -> Double) -> BackendIndex {
    var entry = heap.removeFirst()
    entry.deadline += 1 / weight(entry.backend)
    entry.order = order
    order += 1
    heap.insert(entry)
    return entry.backend
  }
}
