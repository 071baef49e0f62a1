/// Rows in any order with the least on top.
///
/// An implicit heap of four children a node: half as deep as a binary one, with a node's children
/// side by side in memory. Rows that must leave in a fixed order compare unequal.
public struct Heap<Row: BitwiseCopyable & Comparable>: ~Copyable {
  private var rows: UnsafeMutablePointer<Row>
  private var capacity: Int
  /// Whether the rows are in memory of its own.
  private var ownsRows = true
  /// How many rows it holds.
  public private(set) var count = 0

  /// Makes an empty heap.
  public init(capacity: Int = 4) {
    self.capacity = max(capacity, 1)
    rows = .allocate(capacity: self.capacity)
  }

  /// Makes an empty heap that begins in memory of somebody else, and leaves it when it grows.
  ///
  /// Many heaps that lie side by side can be found, and fetched, before they are looked at.
  public init(in room: UnsafeMutableBufferPointer<Row>) {
    precondition(!room.isEmpty, "a heap begins with room for one row")
    capacity = room.count
    rows = room.baseAddress!
    ownsRows = false
  }

  deinit { if ownsRows { rows.deallocate() } }

  /// The least row; there must be one.
  ///
  /// - Complexity: O(1).
  public var first: Row {
    assert(count > 0, "an empty heap has no least row")
    return rows[0]
  }

  /// Adds a row.
  ///
  /// - Complexity: O(log n).
  @inline(__always)
  public mutating func insert(_ row: Row) {
    if count == capacity { grow() }
    var place = count
    count += 1
    while place > 0 {
      let parent = (place - 1) >> 2
      if rows[parent] < row { break }
      (rows + place).initialize(to: rows[parent])
      place = parent
    }
    (rows + place).initialize(to: row)
  }

  /// Removes the least row; there must be one.
  ///
  /// - Complexity: O(log n).
  @inline(__always)
  public mutating func removeFirst() -> Row {
    let least = first
    count -= 1
    if count > 0 { sink(rows[count]) }
    return least
  }

  /// Replaces the least row by another; there must be one.
  ///
  /// - Complexity: O(log n).
  @inline(__always)
  public mutating func replaceFirst(with row: Row) {
    assert(count > 0, "an empty heap has no least row")
    sink(row)
  }

  /// Hands over each row, in any order, and is empty then.
  ///
  /// - Complexity: O(n).
  public mutating func removeAll(_ take: (Row) -> Void) {
    for place in 0..<count { take(rows[place]) }
    count = 0
  }

  /// Replaces each row by another, which must keep their order.
  ///
  /// - Complexity: O(n).
  public mutating func replaceEach(_ replacement: (Row) -> Row) {
    for place in 0..<count { rows[place] = replacement(rows[place]) }
  }

  /// Moves a row down from the top to its place.
  private mutating func sink(_ row: Row) {
    var place = 0
    while true {
      let first = 4 &* place &+ 1
      if first >= count { break }
      let best = first &+ 3 < count ? leastOfFour(from: first) : leastOfFew(from: first)
      if row < rows[best] { break }
      rows[place] = rows[best]
      place = best
    }
    rows[place] = row
  }

  /// The place of the least of four rows: three comparisons, of which two do not wait for another.
  @inline(__always)
  private func leastOfFour(from first: Int) -> Int {
    let a = rows[first &+ 1] < rows[first] ? first &+ 1 : first
    let b = rows[first &+ 3] < rows[first &+ 2] ? first &+ 3 : first &+ 2
    return rows[b] < rows[a] ? b : a
  }

  /// The place of the least of the last rows, fewer than four.
  @inline(__always)
  private func leastOfFew(from first: Int) -> Int {
    var best = first
    for child in (first + 1)..<max(first + 1, count) where rows[child] < rows[best] { best = child }
    return best
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<Row>.allocate(rows: 2 * capacity)
    larger.moveInitialize(from: rows, count: count)
    if ownsRows { rows.deallocate() }
    rows = larger
    ownsRows = true
    capacity *= 2
  }
}
