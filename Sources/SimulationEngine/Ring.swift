/// A first-in first-out queue of plain values that grows by doubling and never shrinks.
public struct Ring<Value: BitwiseCopyable>: ~Copyable {
  var storage: UnsafeMutablePointer<Value>
  var mask: Int
  var head = 0
  /// How many values wait.
  public internal(set) var count = 0

  /// Makes an empty queue with room for at least so many values.
  public init(capacity: Int = 16) {
    var room = 2
    while room < capacity { room *= 2 }
    storage = .allocate(capacity: room)
    mask = room - 1
  }

  deinit { storage.deallocate() }

  /// Adds a value at the end.
  ///
  /// - Complexity: amortised O(1).
  public mutating func append(_ value: Value) {
    if count > mask { grow() }
    (storage + ((head + count) & mask)).initialize(to: value)
    count += 1
  }

  /// The oldest value; there must be one.
  public var first: Value {
    assert(count > 0, "an empty queue has no first value")
    return storage[head]
  }

  /// Removes the oldest value; there must be one.
  ///
  /// - Complexity: O(1).
  public mutating func removeFirst() -> Value {
    let value = first
    head = (head + 1) & mask
    count -= 1
    return value
  }

  @inline(never)
  mutating func grow() {
    let larger = UnsafeMutablePointer<Value>.allocate(rows: 2 * (mask + 1))
    for offset in 0..<count {
      (larger + offset).initialize(to: storage[(head + offset) & mask])
    }
    storage.deallocate()
    storage = larger
    head = 0
    mask = 2 * mask + 1
  }
}
