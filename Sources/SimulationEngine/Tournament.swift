/// The earliest of a fixed number of contenders, each of which may change at any time.
///
/// A winner tree (Knuth, The Art of Computer Programming, vol. 3, 5.4.1) whose nodes hold the
/// earlier of their two children, due time and all, so that a change climbs from a leaf to the root
/// past one sibling a step, and the addresses on its way are known from the start.
///
/// A *crowd* of contenders, such as the CPUs of ten thousand backends, has the left half of the
/// tree to itself, so that the few others, which often change more than each of the crowd, climb
/// only as many steps as they themselves need.
struct Tournament: ~Copyable {
  /// Who is due when.
  struct Entry: BitwiseCopyable, Equatable, Comparable {
    // From the top the time, in 64 bits, the ticket and the contender: a comparison of two is one
    // of numbers, and four share a line of the cache.
    private let bits: UInt128

    init(_ due: Due, _ contender: Int) {
      assert(due.ticket >> Entry.ticketBits == 0 || due == .never, "tickets for 30 h of a run")
      bits =
        UInt128(UInt64(bitPattern: due.time.nanoseconds)) << 64
        | UInt128(due.ticket << Entry.contenderBits | UInt64(truncatingIfNeeded: contender))
    }

    /// When it is due.
    @inline(__always)
    var time: Instant { Instant(nanoseconds: Int64(truncatingIfNeeded: bits >> 64)) }

    /// Who is due then.
    @inline(__always)
    var contender: Int { Int(truncatingIfNeeded: bits & (1 << UInt128(Entry.contenderBits) - 1)) }

    @inline(__always)
    static func < (a: Entry, b: Entry) -> Bool { a.bits < b.bits }

    static var contenderBits: UInt64 { 24 }
    private static var ticketBits: UInt64 { 64 - contenderBits }
  }

  // The root is node 1, the children of node n are 2n and 2n + 1.
  private let nodes: UnsafeMutablePointer<Entry>
  private let crowd: Int
  /// What is added to the number of a contender of the crowd, and of the others, for its leaf.
  private let firstOfCrowd, firstOfOthers: Int

  /// Makes a tournament in which nobody is due.
  ///
  /// - Parameters:
  ///   - contenders: how many there are, fewer than 2²⁴.
  ///   - crowd: how many of them, the first ones, are the crowd.
  init(contenders: Int, crowd: Int) {
    precondition(contenders >> Entry.contenderBits == 0, "a contender has a number of 24 bits")
    self.crowd = crowd
    firstOfCrowd = Tournament.width(for: crowd) * 2
    firstOfOthers = Tournament.width(for: contenders - crowd) * 3 - crowd
    let count = max(firstOfCrowd + crowd, firstOfOthers + contenders) + 1
    nodes = .allocate(rows: count)
    nodes.initialize(repeating: Entry(.never, 0), count: count)
  }

  deinit { nodes.deallocate() }

  /// The least power of two that is not below a number.
  private static func width(for count: Int) -> Int {
    var width = 1
    while width < count { width *= 2 }
    return width
  }

  /// The contender that is due first, and when; `never` when nobody is.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  var winner: Entry { nodes[1] }

  /// Says when a contender is due from now on.
  ///
  /// - Complexity: O(log n), n being the size of the crowd for one of it, else that of the others;
  ///   less where it does not win.
  @inline(__always)
  mutating func set(_ contender: Int, to due: Due) {
    var node = contender &+ (contender < crowd ? firstOfCrowd : firstOfOthers)
    var best = Entry(due, contender)
    nodes[node] = best
    while node > 1 {
      best = min(best, nodes[node ^ 1])
      node &>>= 1
      // Above a node that stays as it was nothing changes.
      if nodes[node] == best { return }
      nodes[node] = best
    }
  }
}
