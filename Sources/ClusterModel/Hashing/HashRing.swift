import SimulationEngine

/// Points on a circle of 64-bit hashes, each of which belongs to a backend: consistent hashing.
///
/// A request belongs to the first point at or behind its hash (D. Karger et al., "Consistent
/// hashing and random trees", STOC 1997). Hashes are uniform, so the circle is cut into about as
/// many equal arcs as there are points, and a lookup begins at its arc's first point.
struct HashRing: ~Copyable {
  /// A place on the circle, and whose it is.
  struct Point: BitwiseCopyable {
    let hash: UInt64
    let owner: BackendIndex
  }

  private let points: Column<Point>
  /// The first point at or behind the start of each arc, counted beyond the last where there is
  /// none.
  private let entrances: Column<UInt32>
  /// How far a hash is shifted to give its arc.
  private let shift: UInt64

  /// Makes a ring of points in any order; of two with one hash the first one given comes first.
  init(_ unsorted: [Point]) {
    let sorted = unsorted.enumerated().sorted {
      $0.element.hash != $1.element.hash
        ? $0.element.hash < $1.element.hash : $0.offset < $1.offset
    }.map(\.element)
    var bits: UInt64 = 1
    while 1 << bits < sorted.count { bits += 1 }
    shift = 64 - bits
    var entrances: [UInt32] = []
    var place = 0
    for arc in 0..<(UInt64(1) << bits) {
      while place < sorted.count && sorted[place].hash >> shift < arc { place += 1 }
      entrances.append(UInt32(place))
    }
    points = Column(sorted)
    self.entrances = Column(entrances)
  }

  /// How many points there are.
  var count: Int { points.count }

  /// The place of the first point at or behind a hash; the first of all behind the last.
  ///
  /// - Complexity: O(1) on average.
  func place(of hash: UInt64) -> Int {
    var place = Int(entrances[Int(hash >> shift)])
    while place < points.count && points[place].hash < hash { place += 1 }
    return place == points.count ? 0 : place
  }

  /// Whose point is so many places behind another; the circle is closed.
  func owner(_ steps: Int, behind place: Int) -> BackendIndex {
    points[(place + steps) % points.count].owner
  }
}

extension HashRing {
  /// Makes a ring on which each backend has some points, at the hashes of its address and a number.
  ///
  /// - Complexity: O(n log n) for n points.
  init(_ upstream: borrowing Upstream, points count: (Upstream.Peer) -> Int) {
    var points: [Point] = []
    for place in 0..<upstream.count {
      let owner = BackendIndex(place)
      for number in 0..<count(upstream[owner]) {
        let hash = XXHash64.hash("\(upstream.addresses[place])_\(number)")
        points.append(Point(hash: hash, owner: owner))
      }
    }
    self.init(points)
  }

  /// The first owner behind a hash, round the circle, that will do; nil when nobody will.
  ///
  /// - Complexity: O(1) on average while most will.
  func first(behind hash: UInt64, where isFit: (BackendIndex) -> Bool) -> BackendIndex? {
    let start = place(of: hash)
    for step in 0..<count {
      let owner = owner(step, behind: start)
      if isFit(owner) { return owner }
    }
    return nil
  }
}
