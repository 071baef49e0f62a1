import SimulationEngine

/// Backends in the order of a key, the least first, and first in, first out among equals.
///
/// The index of strategies that keep their backends sorted while keys change and backends come
/// and go: an implicit heap of four children a node that knows the place of each backend in it.
struct BackendHeap: ~Copyable {
  private let rows: Column<Row>
  /// The place of each backend in `rows`; `absent` for those that are not in it.
  private let places: Column<UInt32>
  private var turns: UInt64 = 0
  /// How many backends are in it.
  private(set) var count = 0

  private static var absent: UInt32 { .max }

  /// A backend in the heap: what it is sorted by, and what breaks ties.
  struct Row: BitwiseCopyable {
    var key: UInt32
    var backend: BackendIndex
    /// The number of the insertion, so that equals leave in the order in which they came.
    var turn: UInt64

    @inline(__always)
    fileprivate func precedes(_ other: Row) -> Bool {
      key != other.key ? key < other.key : turn < other.turn
    }
  }

  /// Makes a heap without backends, with room for so many.
  init(backends: Int) {
    rows = Column(repeating: Row(key: 0, backend: .none, turn: 0), count: backends)
    places = Column(repeating: BackendHeap.absent, count: backends)
  }

  /// The backend with the least key, and its key; there must be one.
  ///
  /// - Complexity: O(1).
  var first: Row {
    assert(count > 0, "an empty heap has no first backend")
    return rows[0]
  }

  /// The key of a backend; nil when it is not in the heap.
  ///
  /// - Complexity: O(1).
  func key(of backend: BackendIndex) -> UInt32? {
    let place = places[backend.int]
    return place == BackendHeap.absent ? nil : rows[Int(place)].key
  }

  /// Adds a backend behind those of the same key.
  ///
  /// - Complexity: O(log n).
  mutating func insert(_ backend: BackendIndex, key: UInt32) {
    turns += 1
    putBack(Row(key: key, backend: backend, turn: turns))
  }

  /// Puts back a row that was removed, where it was among its equals.
  ///
  /// - Complexity: O(log n).
  mutating func putBack(_ row: Row) {
    assert(places[row.backend.int] == BackendHeap.absent, "a backend is in a heap only once")
    count += 1
    rise(row, from: count - 1)
  }

  /// Removes the backend with the least key; there must be one.
  ///
  /// - Complexity: O(log n).
  mutating func removeFirst() -> Row {
    let row = first
    remove(row.backend)
    return row
  }

  /// Removes a backend, if it is in the heap.
  ///
  /// - Complexity: O(log n).
  mutating func remove(_ backend: BackendIndex) {
    let place = Int(places[backend.int])
    if place == Int(BackendHeap.absent) { return }
    places[backend.int] = BackendHeap.absent
    count -= 1
    if place == count { return }
    let moved = rows[count]
    if place > 0 && moved.precedes(rows[(place - 1) >> 2]) {
      rise(moved, from: place)
    } else {
      sink(moved, from: place)
    }
  }

  private func set(_ row: Row, at place: Int) {
    rows[place] = row
    places[row.backend.int] = UInt32(place)
  }

  private func rise(_ row: Row, from start: Int) {
    var place = start
    while place > 0 {
      let parent = (place - 1) >> 2
      if !row.precedes(rows[parent]) { break }
      set(rows[parent], at: place)
      place = parent
    }
    set(row, at: place)
  }

  private func sink(_ row: Row, from start: Int) {
    var place = start
    while true {
      let first = 4 * place + 1
      if first >= count { break }
      var best = first
      for child in first + 1..<max(first + 1, min(first + 4, count))
      where rows[child].precedes(rows[best]) {
        best = child
      }
      if !rows[best].precedes(row) { break }
      set(rows[best], at: place)
      place = best
    }
    set(row, at: place)
  }
}
