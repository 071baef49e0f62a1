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
  struct Entry: BitwiseCopyable {
    let due: Due
    let contender: Int
  }

  // The root is node 1, the children of node n are 2n and 2n + 1.
  private let nodes: UnsafeMutablePointer<Entry>
  private let crowd: Int
  /// What is added to the number of a contender of the crowd, and of the others, for its leaf.
  private let firstOfCrowd, firstOfOthers: Int

  /// Makes a tournament in which nobody is due.
  ///
  /// - Parameters:
  ///   - contenders: how many there are.
  ///   - crowd: how many of them, the first ones, are the crowd.
  init(contenders: Int, crowd: Int) {
    self.crowd = crowd
    firstOfCrowd = Tournament.width(for: crowd) * 2
    firstOfOthers = Tournament.width(for: contenders - crowd) * 3 - crowd
    let count = max(firstOfCrowd + crowd, firstOfOthers + contenders) + 1
    nodes = .allocate(rows: count)
    nodes.initialize(repeating: Entry(due: .never, contender: 0), count: count)
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
    var best = Entry(due: due, contender: contender)
    nodes[node] = best
    while node > 1 {
      let sibling = nodes[node ^ 1]
      if sibling.due < best.due { best = sibling }
      node &>>= 1
      // Above a node that stays as it was nothing changes.
      if nodes[node].due == best.due && nodes[node].contender == best.contender { return }
      nodes[node] = best
    }
  }
}
