import SimulationEngine

/// Points on a circle of 32-bit hashes, each of a server: the first point from a hash on answers
/// for it.
///
/// R. Jones, libketama (2007), as nginx has it. Hashes spread evenly, so a table of where each
/// part of the circle begins finds a point at once, where a binary search would take longer the
/// more points there are.
struct KetamaRing: ~Copyable {
  /// One point.
  struct Point: BitwiseCopyable {
    let hash: UInt32
    let owner: BackendIndex
  }

  private let points: Column<Point>
  /// The place of the first point of each part of the circle, and at the end the number of points.
  private let parts: Column<UInt32>
  private let shift: Int

  /// Makes a ring; of points with one hash the first of the list stays.
  init(_ unsorted: [Point]) {
    precondition(!unsorted.isEmpty, "a ring has points")
    let order = unsorted.indices.sorted { a, b in
      (unsorted[a].hash, a) < (unsorted[b].hash, b)
    }
    var points: [Point] = []
    points.reserveCapacity(order.count)
    for place in order where points.last?.hash != unsorted[place].hash {
      points.append(unsorted[place])
    }
    let bits = Int.bitWidth - points.count.leadingZeroBitCount
    shift = UInt32.bitWidth - bits
    var parts: [UInt32] = []
    parts.reserveCapacity(1 << bits + 1)
    var place = 0
    for part in 0..<1 << bits {
      while place < points.count, points[place].hash >> shift < part { place += 1 }
      parts.append(UInt32(place))
    }
    parts.append(UInt32(points.count))
    self.parts = Column(parts)
    self.points = Column(points)
  }

  /// How many points there are.
  var count: Int { points.count }

  /// The point at a place in the order of the hashes.
  subscript(place: Int) -> Point { points[place] }

  /// The place of the first point whose hash is not smaller; `count` when all are.
  ///
  /// - Complexity: O(1) on average.
  func place(of hash: UInt32) -> Int {
    var place = Int(parts[Int(hash >> shift)])
    while place < points.count, points[place].hash < hash { place += 1 }
    return place
  }
}
