/// A growable row of plain values without reference counting: what the tables of the model are
/// made of.
///
/// It is owned by exactly one place, so an access needs neither a uniqueness check nor, in a
/// release build, a bounds check; in a debug build a wrong index stops the program.
public struct Column<Value: BitwiseCopyable>: ~Copyable {
  var storage: UnsafeMutablePointer<Value>
  /// How many values the column holds.
  public private(set) var count: Int

  /// Makes a column of equal values.
  public init(repeating value: Value, count: Int) {
    storage = .allocate(rows: Swift.max(count, 1))
    storage.initialize(repeating: value, count: count)
    self.count = count
  }

  /// Makes a column of these values.
  public init(_ values: [Value]) {
    storage = .allocate(rows: Swift.max(values.count, 1))
    for (index, value) in values.enumerated() { (storage + index).initialize(to: value) }
    count = values.count
  }

  deinit { storage.deallocate() }

  /// The value at a place.
  ///
  /// - Complexity: O(1).
  public subscript(index: Int) -> Value {
    get {
      assert(index >= 0 && index < count, "a column has no such place")
      return storage[index]
    }
    nonmutating _modify {
      assert(index >= 0 && index < count, "a column has no such place")
      yield &storage[index]
    }
  }

  /// Begins to fetch the value at a place that will be needed soon.
  @inline(__always)
  public func fetch(_ index: Int) { storage.fetch(index) }

  /// Makes the column longer, filled up with a value.
  ///
  /// - Complexity: O(count), so callers at least double it.
  public mutating func grow(to newCount: Int, filling value: Value) {
    precondition(newCount >= count, "a column does not shrink")
    let larger = UnsafeMutablePointer<Value>.allocate(rows: newCount)
    larger.update(from: storage, count: count)
    (larger + count).initialize(repeating: value, count: newCount - count)
    storage.deallocate()
    storage = larger
    count = newCount
  }
}
