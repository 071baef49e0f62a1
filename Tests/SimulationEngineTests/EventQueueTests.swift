import SimulationEngine
import Testing

@Suite struct EventQueueTests {
  @Test func `a row of the queue takes at most 24 bytes`() {
    #expect(MemoryLayout<Scheduled<UInt64>>.stride <= 24)
  }

  @Test func `events leave in order of time whatever holds them`() {
    let delays = [5, 70, 300].map { Nanoseconds($0) }
    var queue = EventQueue(timers: [1_000_001, 1_000_002], laneDelays: delays)
    var stream = RandomStream(seed: 7, purpose: "test")
    var dueTimes: [Int: Instant] = [:]
    var next = 0
    var taken = 0
    var last = Instant.zero
    for _ in 0..<20 { schedule() }
    while let event = queue.next(before: .never) {
      #expect(queue.now >= last)
      last = queue.now
      if event < 1_000_000 {
        #expect(dueTimes.removeValue(forKey: event) == queue.now)
      }
      taken += 1
      if taken < 5_000 {
        schedule()
        if stream.below(10) == 0 { schedule() }
        if taken % 50 == 0 {
          queue.set(TimerIndex(Int(stream.below(2))), at: queue.now + delays[1])
        }
      }
    }
    #expect(dueTimes.isEmpty && queue.taken == UInt64(taken))

    func schedule() {
      next += 1
      if stream.below(2) == 0 {
        let lane = Int(stream.below(3))
        dueTimes[next] = queue.now + delays[lane]
        queue.append(next, to: LaneIndex(lane))
      } else {
        let time = queue.now + Nanoseconds(Int64(stream.below(500)))
        dueTimes[next] = time
        queue.schedule(next, at: time)
      }
    }
  }

  @Test func `tens of thousands of events, near and far, leave in order of time and insertion`() {
    var queue = EventQueue<UInt64>(timers: [], laneDelays: [])
    var stream = RandomStream(seed: 11, purpose: "agenda")
    var reference = Heap<Row>()
    var scheduled: UInt64 = 0
    // It grows for a while, and shrinks for a while, beyond what needs no piles and back.
    for step in 0..<400_000 {
      let isGrowing = step / 50_000 % 2 == 0
      if reference.count == 0 || stream.below(100) < (isGrowing ? 75 : 20) {
        // Times of all sizes, from now up to hours away.
        let gap = Int64(stream.below(3_600_000_000_000) >> stream.below(44))
        let time = queue.now + Nanoseconds(gap)
        scheduled += 1
        reference.insert(Row(time: time, number: scheduled))
        queue.schedule(scheduled, at: time)
      } else {
        let expected = reference.removeFirst()
        let event = queue.next(before: .never)
        #expect(event == expected.number && queue.now == expected.time)
      }
    }
  }

  private struct Row: BitwiseCopyable, Comparable {
    let time: Instant
    let number: UInt64
    static func < (a: Row, b: Row) -> Bool {
      a.time < b.time || (a.time == b.time && a.number < b.number)
    }
  }

  @Test func `among events of one time the first inserted leaves first`() {
    var queue = EventQueue(timers: [0], laneDelays: [Nanoseconds(10)])
    let time = Instant(nanoseconds: 10)
    queue.schedule(1, at: time)
    queue.append(2, to: LaneIndex(0))
    queue.set(TimerIndex(0), at: time)
    queue.schedule(3, at: time)
    queue.append(4, to: LaneIndex(0))
    var order: [Int] = []
    while let event = queue.next(before: .never) { order.append(event) }
    #expect(order == [1, 2, 0, 3, 4])
  }

  @Test func `a timer that is set again comes once, at the new time`() {
    var queue = EventQueue(timers: [9], laneDelays: [])
    queue.set(TimerIndex(0), at: Instant(nanoseconds: 5))
    queue.set(TimerIndex(0), at: Instant(nanoseconds: 8))
    #expect(queue.next(before: .never) == 9 && queue.now == Instant(nanoseconds: 8))
    #expect(queue.next(before: .never) == nil)
  }

  @Test func `a timer that is cleared does not come`() {
    var queue = EventQueue(timers: [9, 8], laneDelays: [])
    queue.set(TimerIndex(0), at: Instant(nanoseconds: 5))
    queue.set(TimerIndex(1), at: Instant(nanoseconds: 6))
    queue.clear(TimerIndex(0))
    #expect(queue.next(before: .never) == 8)
  }

  @Test func `a timer may be set again while its event is handled`() {
    var queue = EventQueue(timers: [9], laneDelays: [])
    queue.set(TimerIndex(0), at: Instant(nanoseconds: 5))
    var times: [Int64] = []
    while queue.next(before: .never) != nil {
      times.append(queue.now.nanoseconds)
      if times.count < 4 { queue.set(TimerIndex(0), at: queue.now + Nanoseconds(0)) }
    }
    #expect(times == [5, 5, 5, 5])
  }

  @Test func `nothing at or after the end is taken`() {
    var queue = EventQueue(timers: [9], laneDelays: [])
    queue.set(TimerIndex(0), at: Instant(nanoseconds: 5))
    #expect(queue.next(before: Instant(nanoseconds: 5)) == nil)
    #expect(queue.next(before: Instant(nanoseconds: 6)) == 9)
  }

  @Test(arguments: [1, 2, 3, 64, 65, 1_000])
  func `the earliest of any number of timers wins`(count: Int) {
    var queue = EventQueue(timers: Array(0..<count), laneDelays: [])
    var stream = RandomStream(seed: 3, purpose: "timers")
    var times = (0..<count).map { _ in Int64(stream.below(1_000)) }
    for (timer, time) in times.enumerated() {
      queue.set(TimerIndex(timer), at: Instant(nanoseconds: time))
    }
    for _ in 0..<count {
      let expected = times.indices.min { times[$0] < times[$1] }
      #expect(queue.next(before: .never) == expected)
      if let expected { times[expected] = .max }
    }
  }
}

@Suite struct ContainerTests {
  @Test func `a heap gives back what went in, in order`() {
    var heap = Heap<Int>()
    var stream = RandomStream(seed: 1, purpose: "heap")
    var values: [Int] = []
    for _ in 0..<1_000 {
      let value = Int(stream.below(500))
      values.append(value)
      heap.insert(value)
    }
    heap.replaceEach { $0 + 1 }
    var drained: [Int] = []
    while heap.count > 0 { drained.append(heap.removeFirst()) }
    #expect(drained == values.map { $0 + 1 }.sorted())
  }

  @Test func `a ring keeps its order while it grows and turns`() {
    var ring = Ring<Int>(capacity: 2)
    var expected = 0
    var next = 0
    for round in 0..<200 {
      for _ in 0..<(round % 7) {
        ring.append(next)
        next += 1
      }
      for _ in 0..<(round % 5) where ring.count > 0 {
        #expect(ring.removeFirst() == expected)
        expected += 1
      }
    }
    #expect(ring.count == next - expected)
  }

  @Test func `a column keeps its values when it grows`() {
    var column = Column([1, 2, 3])
    column[1] = 20
    column.grow(to: 8, filling: 7)
    #expect((0..<column.count).map { column[$0] } == [1, 20, 3, 7, 7, 7, 7, 7])
  }
}
