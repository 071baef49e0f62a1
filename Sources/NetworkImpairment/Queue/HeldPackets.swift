/// Packets that wait for their time, the next one first, with ties in their order.
///
/// Most are due after all that came before them: those stand in a line. The others are in a binary
/// heap, which is small then.
struct HeldPackets {
  /// A packet that waits.
  struct Packet: BitwiseCopyable {
    let due: UInt64
    /// How many came before it, so that packets of the same time keep their order.
    let order: UInt64
    let id: UInt32
  }

  private var line: [Packet] = []
  /// Where the line begins; what is before that is gone.
  private var front = 0
  private var heap: [Packet] = []
  private var arrivals: UInt64 = 0

  /// When the next one is due.
  var nextDue: UInt64? {
    switch (line.indices.contains(front) ? line[front].due : nil, heap.first?.due) {
    case (let due?, let other?): min(due, other)
    case (let due, let other): due ?? other
    }
  }

  /// Adds a packet.
  ///
  /// - Complexity: O(1) for one that is due after all others, else O(log count)
  mutating func add(due: UInt64, id: UInt32) {
    let packet = Packet(due: due, order: arrivals, id: id)
    arrivals += 1
    if front == line.count {
      line.removeAll(keepingCapacity: true)
      front = 0
    }
    if let last = line.last, due < last.due { push(packet) } else { line.append(packet) }
  }

  /// Removes the next packet if it is due by this time.
  ///
  /// - Complexity: O(1) for one that stands in the line, on average; else O(log count)
  mutating func removeDue(by time: UInt64) -> UInt32? {
    if front < line.count, heap.isEmpty || Self.isBefore(line[front], heap[0]) {
      guard line[front].due <= time else { return nil }
      let id = line[front].id
      front += 1
      if front > 4096, front > line.count / 2 {
        line.removeFirst(front)
        front = 0
      }
      return id
    }
    guard let first = heap.first, first.due <= time else { return nil }
    pop()
    return first.id
  }

  // MARK: Heap

  private mutating func push(_ packet: Packet) {
    heap.append(packet)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard Self.isBefore(heap[child], heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func pop() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && Self.isBefore(heap[child], heap[least]) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  private static func isBefore(_ a: Packet, _ b: Packet) -> Bool {
    (a.due, a.order) < (b.due, b.order)
  }
}
