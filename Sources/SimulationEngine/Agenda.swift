/// Events in any order of time, the earliest first, however many there are.
///
/// A heap of a million events is slow, since each step down finds another line of memory outside
/// of the cache. So only the *near* events, those before a horizon, are in a heap. The others lie
/// unsorted in the pile of their stretch of time, and when nothing near is left the next pile
/// becomes the heap: the idea of the ladder queue (W. T. Tang, R. S. M. Goh and I. L.-J. Thng,
/// "Ladder queue: an O(1) priority queue structure for large-scale discrete event simulation",
/// ACM TOMACS 15, 2005) with one rung. A few thousand events need no piles, and have none.
public struct Agenda<Row: AgendaRow>: ~Copyable {
  private var near = Heap<Row>(capacity: 64)
  /// What is due from here on is in a pile; never where all is near.
  private var horizon = Instant.never
  private var piles: UnsafeMutablePointer<Ring<Row>>?
  /// The pile whose events are near, or were.
  private var opened = 0
  /// When the first pile begins, and the binary logarithm of the nanoseconds that each is long.
  private var start = Instant.zero
  private var logLength: Int64 = 0
  /// What is due after the last pile.
  private var beyond = Ring<Row>()
  /// How many events there are.
  public private(set) var count = 0

  /// So many events are a heap.
  private static var mostWithoutPiles: Int { 8_192 }
  private static var pileCount: Int { 4_096 }

  /// Makes an empty agenda.
  public init() {}

  deinit {
    piles?.deinitialize(count: Self.pileCount)
    piles?.deallocate()
  }

  /// The earliest event; there must be one.
  ///
  /// - Complexity: O(1).
  public var first: Row { near.first }

  /// Adds an event.
  ///
  /// - Complexity: O(log n) for n that are near.
  @inline(__always)
  public mutating func insert(_ row: Row) {
    count &+= 1
    if row.time >= horizon { return pile(row) }
    near.insert(row)
    if near.count > Self.mostWithoutPiles && horizon == .never { spread() }
  }

  /// Removes the earliest event; there must be one.
  ///
  /// - Complexity: O(log n) for n that are near.
  @inline(__always)
  public mutating func removeFirst() -> Row {
    count &-= 1
    let row = near.removeFirst()
    if near.count == 0 && count > 0 { openNextPile() }
    return row
  }

  /// Puts an event into its pile.
  @inline(never)
  private mutating func pile(_ row: Row) {
    let place = (row.time - start).count >> logLength
    if let piles, place < Int64(Self.pileCount) {
      piles[Int(place)].append(row)
    } else {
      beyond.append(row)
    }
  }

  /// Makes the next pile that holds anything near; what is beyond all of them is spread anew.
  @inline(never)
  private mutating func openNextPile() {
    guard let piles else { return }
    while opened + 1 < Self.pileCount {
      opened += 1
      if piles[opened].count == 0 { continue }
      while piles[opened].count > 0 { near.insert(piles[opened].removeFirst()) }
      horizon = start + Nanoseconds(Int64(opened + 1) << logLength)
      return
    }
    if beyond.count > Self.mostWithoutPiles { return spread() }
    horizon = .never
    while beyond.count > 0 { near.insert(beyond.removeFirst()) }
  }

  /// Spreads what is near, or beyond all piles, over piles that together are four times as long as
  /// the events are away on average: three quarters of them, at least, find a place there (Markov's
  /// inequality), so that an event is seldom spread again.
  @inline(never)
  private mutating func spread() {
    near.removeAll { beyond.append($0) }
    start = .never
    for _ in 0..<beyond.count {
      start = min(start, beyond.first.time)
      beyond.append(beyond.removeFirst())
    }
    var away = 0.0
    for _ in 0..<beyond.count {
      away += Double((beyond.first.time - start).count)
      beyond.append(beyond.removeFirst())
    }
    let length = 4 * away / Double(beyond.count) / Double(Self.pileCount)
    logLength = Int64(63 - max(1, Int64(length)).leadingZeroBitCount)
    if piles == nil {
      let made = UnsafeMutablePointer<Ring<Row>>.allocate(capacity: Self.pileCount)
      for place in 0..<Self.pileCount { (made + place).initialize(to: Ring()) }
      piles = made
    }
    for _ in 0..<beyond.count { pile(beyond.removeFirst()) }
    opened = -1
    openNextPile()
  }
}

/// What an agenda holds: a plain value with a time, among others in the order of their times.
public protocol AgendaRow: BitwiseCopyable, Comparable {
  /// When it comes.
  var time: Instant { get }
}
