import SimulationEngine

/// The load of each backend, and at once the backends with the least.
///
/// A tree over the places, in which each node knows the least load below it and, where that is
/// wanted, how many have it: what a scan of all backends would find, without the scan.
struct LoadTree: ~Copyable {
  private struct Node: BitwiseCopyable, Equatable {
    var least: Double
    var ties: UInt32
  }

  private let nodes: Column<Node>
  /// The number of leaves: a power of two.
  private let size: Int
  private let countsTies: Bool

  /// Makes a tree of backends that all have an endless load: none is to be found.
  ///
  /// - Parameter countsTies: whether it is asked how many have the least load. Where it is not, a
  ///   change does not concern the nodes above one that stays as it was.
  init(backends: Int, countsTies: Bool) {
    var size = 1
    while size < backends { size *= 2 }
    self.size = size
    self.countsTies = countsTies
    nodes = Column(repeating: Node(least: .infinity, ties: 0), count: 2 * size)
  }

  /// Says what the load of a backend is from now on; infinity takes it out.
  ///
  /// - Complexity: O(log n).
  func set(_ backend: BackendIndex, to load: Double) {
    var node = size &+ backend.int
    nodes[node] = Node(least: load, ties: load == .infinity ? 0 : 1)
    while node > 1 {
      node &>>= 1
      let left = nodes[2 &* node]
      let right = nodes[2 &* node &+ 1]
      let least = min(left.least, right.least)
      var ties = (left.least == least ? left.ties : 0) &+ (right.least == least ? right.ties : 0)
      if !countsTies { ties = min(ties, 1) }
      let both = Node(least: least, ties: ties)
      if nodes[node] == both { return }
      nodes[node] = both
    }
  }

  /// The load of a backend.
  func load(of backend: BackendIndex) -> Double { nodes[size + backend.int].least }

  /// How many backends have the least load, where they are counted; 0 when there is none.
  var ties: Int { Int(nodes[1].ties) }

  /// The backend with the least load that is so many places behind the first of them; it must
  /// exist.
  ///
  /// - Complexity: O(log n).
  func tie(_ number: Int) -> BackendIndex {
    let least = nodes[1].least
    var left = UInt32(number)
    var node = 1
    while node < size {
      node *= 2
      let ties = nodes[node].least == least ? nodes[node].ties : 0
      if left >= ties {
        left -= ties
        node += 1
      }
    }
    return BackendIndex(node - size)
  }

  /// The first backend with the least load behind a place, round the list; one must exist.
  ///
  /// - Complexity: O(log d) for d places in between.
  func tie(behind place: Int) -> BackendIndex {
    let least = nodes[1].least
    var node = size &+ place
    // Up to where one is found to the right, or to the root and round; then down to the leftmost.
    while node > 1 {
      if node & 1 == 0 && nodes[node &+ 1].least == least {
        node &+= 1
        break
      }
      node &>>= 1
    }
    while node < size {
      node &*= 2
      if nodes[node].least != least { node &+= 1 }
    }
    return BackendIndex(node &- size)
  }
}
