import ExperimentModel
import SimulationEngine

/// Finagle's heap: the least loaded of all nodes, with idle ones put back at random places.
struct FinagleHeap: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "finagle.heap",
    summary: "the node with the fewest outstanding requests, in the order of a heap among equals",
    whenToUse: "when one client needs the strictly least loaded server; many clients with "
      + "heaps collide",
    source: "Finagle, finagle-core/.../loadbalancer/heap/HeapLeastLoaded.scala")

  /// The nodes as a binary heap whose root is at place 1, and the place of each node in it.
  private let heap: Column<UInt32>
  private let places: Column<Int>
  /// The load of each node; one that is closed has the penalty besides.
  private let loads: Column<Int>
  private let isClosed: Column<Bool>
  /// The nodes that have been found closed.
  private let closed: Column<UInt32>
  private var closedCount = 0
  private let count: Int
  private var stream: RandomStream

  private static let penalty = Int(Int32.max)

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    count = upstream.count
    heap = Column([0] + (0..<upstream.count).map(UInt32.init))
    places = Column((0..<upstream.count).map { $0 + 1 })
    loads = Column(repeating: 0, count: upstream.count)
    isClosed = Column(repeating: false, count: upstream.count)
    closed = Column(repeating: 0, count: upstream.count)
    stream = randomness
  }

  /// - Complexity: O(log n), and one step more for each node that is closed.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    reopen(for: attempt, in: upstream)
    while true {
      let top = BackendIndex(Int(heap[1]))
      if upstream.isUsable(top, for: attempt) { return top }
      if isClosed[top.int] { return nil }
      isClosed[top.int] = true
      loads[top.int] += Self.penalty
      closed[closedCount] = top.value
      closedCount += 1
      sink(from: 1, upTo: count)
    }
  }

  mutating func started(at backend: BackendIndex, in upstream: borrowing Upstream) {
    loads[backend.int] += 1
    sink(from: places[backend.int], upTo: count)
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    loads[backend.int] -= 1
    if loads[backend.int] > 0 || count == 1 { return rise(from: places[backend.int]) }
    // Idle, so no node is below it anywhere: it may change places with any. It leaves the heap,
    // takes a random node's place, and that node comes in again at the end.
    let place = places[backend.int]
    exchange(place, count)
    sink(from: place, upTo: count - 1)
    let drawn = Int(stream.below(UInt64(count))) + 1
    exchange(drawn, count)
    rise(from: drawn)
    rise(from: count)
  }

  /// Takes the penalty back from nodes that can be used again.
  private mutating func reopen(for attempt: Attempt, in upstream: borrowing Upstream) {
    var kept = 0
    for number in 0..<closedCount {
      let node = Int(closed[number])
      if upstream.isUsable(BackendIndex(node), for: attempt) {
        isClosed[node] = false
        loads[node] -= Self.penalty
        rise(from: places[node])
      } else {
        closed[kept] = UInt32(node)
        kept += 1
      }
    }
    closedCount = kept
  }

  private func load(at place: Int) -> Int { loads[Int(heap[place])] }

  private func exchange(_ one: Int, _ other: Int) {
    let moved = heap[one]
    heap[one] = heap[other]
    heap[other] = moved
    places[Int(heap[one])] = one
    places[Int(heap[other])] = other
  }

  private func rise(from start: Int) {
    var place = start
    while place > 1 && load(at: place) < load(at: place / 2) {
      exchange(place, place / 2)
      place /= 2
    }
  }

  private func sink(from start: Int, upTo end: Int) {
    var place = start
    while 2 * place <= end {
      let left = 2 * place
      let child = left == end || load(at: left) < load(at: left + 1) ? left : left + 1
      if load(at: child) >= load(at: place) { return }
      exchange(place, child)
      place = child
    }
  }
}
