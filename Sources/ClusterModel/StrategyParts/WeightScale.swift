import SimulationEngine

/// The backends of a group laid end to end, each as long as its weight: how a number, drawn or
/// hashed, becomes a backend.
///
/// The primary backends take part, those that are down too, so that a number means the same
/// backend as long as the configuration stays the same.
struct WeightScale: ~Copyable {
  /// The sum of the weights up to each backend and with it; backups have no length.
  private let ends: Column<UInt64>

  init(_ upstream: borrowing Upstream) {
    var sum: UInt64 = 0
    var ends: [UInt64] = []
    for place in 0..<upstream.count {
      let peer = upstream[BackendIndex(place)]
      if !peer.isBackup { sum += UInt64(peer.weight) }
      ends.append(sum)
    }
    self.ends = Column(ends)
  }

  /// The length of all; zero when every backend is a backup.
  var total: UInt64 { ends[ends.count - 1] }

  /// The backend that holds a point below the total.
  ///
  /// - Complexity: O(log n).
  func backend(at point: UInt64) -> BackendIndex {
    var low = 0
    var high = ends.count - 1
    while low < high {
      let middle = (low + high) / 2
      if point < ends[middle] { high = middle } else { low = middle + 1 }
    }
    return BackendIndex(low)
  }
}
