/// Packets that wait for their time, the next one first: a binary heap with ties in their order.
struct HeldPackets {
  /// A packet that waits.
  struct Packet {
    let due: UInt64
    let id: UInt32
    /// How many came before it, so that packets of the same time keep their order.
    let order: UInt64
    /// The bytes that take the place of its own; nil to leave it as it is.
    let bytes: [UInt8]?
  }

  private var heap: [Packet] = []
  private var arrivals: UInt64 = 0

  /// How many wait.
  var count: Int { heap.count }
  /// When the next one is due.
  var nextDue: UInt64? { heap.first?.due }

  /// Adds a packet.
  ///
  /// - Complexity: O(log count), and O(1) for one that is due after all others.
  mutating func add(due: UInt64, id: UInt32, bytes: [UInt8]? = nil) {
    heap.append(Packet(due: due, id: id, order: arrivals, bytes: bytes))
    arrivals += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard isBefore(child, parent) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Removes the next packet if it is due by this time.
  ///
  /// - Complexity: O(log count)
  mutating func removeDue(by time: UInt64) -> Packet? {
    guard let first = heap.first, first.due <= time else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && isBefore(child, least) {
        least = child
      }
      guard least != parent else { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  private func isBefore(_ a: Int, _ b: Int) -> Bool {
    (heap[a].due, heap[a].order) < (heap[b].due, heap[b].order)
  }
}
