/// The earliest of a fixed number of contenders, each of which may change at any time.
///
/// A winner tree (Knuth, The Art of Computer Programming, vol. 3, 5.4.1): the contenders are the
/// leaves, each inner node names the earlier of its two children.
struct Tournament: ~Copyable {
  let dues: UnsafeMutablePointer<Due>
  let winners: UnsafeMutablePointer<UInt32>
  /// The number of leaves: a power of two.
  let size: Int

  /// Makes a tournament in which nobody is due.
  init(contenders: Int) {
    var size = 2
    while size < contenders { size *= 2 }
    self.size = size
    dues = .allocate(capacity: size)
    dues.initialize(repeating: .never, count: size)
    winners = .allocate(capacity: 2 * size)
    winners.initialize(to: 0)
    for leaf in 0..<size { (winners + size + leaf).initialize(to: UInt32(leaf)) }
    for node in (1..<size).reversed() { (winners + node).initialize(to: winners[2 * node]) }
  }

  deinit {
    dues.deallocate()
    winners.deallocate()
  }

  /// The contender that is due first.
  ///
  /// - Complexity: O(1).
  var winner: Int { Int(truncatingIfNeeded: winners[1]) }

  /// Says when a contender is due from now on.
  ///
  /// - Complexity: O(log n), less where it does not win.
  @inline(__always)
  mutating func set(_ contender: Int, to due: Due) {
    dues[contender] = due
    let changed = UInt32(truncatingIfNeeded: contender)
    var node = (size + contender) >> 1
    while node > 0 {
      let left = winners[2 * node]
      let right = winners[2 * node + 1]
      let best = dues[Int(left)] < dues[Int(right)] ? left : right
      // Above a node that names the same unchanged contender as before nothing changes.
      if best == winners[node] && best != changed { return }
      winners[node] = best
      node >>= 1
    }
  }
}
