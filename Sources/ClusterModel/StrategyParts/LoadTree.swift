import SimulationEngine

/// The load of each backend, and at once the backends with the least.
///
/// A tree over the places, in which each node knows the least load below it and how many have it:
/// what a scan of all backends would find, without the scan.
struct LoadTree: ~Copyable {
  private struct Node: BitwiseCopyable {
    var least: Double
    var ties: UInt32
  }

  private let nodes: Column<Node>
  /// The number of leaves: a power of two.
  private let size: Int

  /// Makes a tree of backends that all have an endless load: none is to be found.
  init(backends: Int) {
    var size = 1
    while size < backends { size *= 2 }
    self.size = size
    nodes = Column(repeating: Node(least: .infinity, ties: 0), count: 2 * size)
  }

  /// Says what the load of a backend is from now on; infinity takes it out.
  ///
  /// - Complexity: O(log n).
  func set(_ backend: BackendIndex, to load: Double) {
    var node = size + backend.int
    nodes[node] = Node(least: load, ties: load == .infinity ? 0 : 1)
    while node > 1 {
      node /= 2
      let left = nodes[2 * node]
      let right = nodes[2 * node + 1]
      if left.least == right.least {
        nodes[node] = Node(least: left.least, ties: left.ties + right.ties)
      } else {
        nodes[node] = left.least < right.least ? left : right
      }
    }
  }

  /// The load of a backend.
  func load(of backend: BackendIndex) -> Double { nodes[size + backend.int].least }

  /// How many backends have the least load; 0 when there is none.
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
  /// - Complexity: O(log n).
  func tie(behind place: Int) -> BackendIndex {
    // How many of them lie up to that place and at it.
    let least = nodes[1].least
    var passed = 0
    var node = size + place
    if nodes[node].least == least { passed += Int(nodes[node].ties) }
    while node > 1 {
      if node & 1 == 1 && nodes[node - 1].least == least { passed += Int(nodes[node - 1].ties) }
      node /= 2
    }
    return tie(passed == ties ? 0 : passed)
  }
}
