import SimulationEngine

/// What a probe of Prequal has said.
struct PrequalProbe: BitwiseCopyable {
  let backend: BackendIndex
  /// Requests in flight there, those sent since by this balancer included.
  var load: Int32
  /// How often it may still be used.
  var usesLeft: Int32
  /// The latency, in nanoseconds, that requests had lately at about that load; 0 when unknown.
  let latency: Int64
  let taken: Instant
}

/// Prequal's pool of probes, the oldest first.
struct PrequalPool: ~Copyable {
  static var capacity: Int { 16 }

  private let probes = Column<PrequalProbe>(
    repeating: PrequalProbe(backend: .none, load: 0, usesLeft: 0, latency: 0, taken: .zero),
    count: capacity)
  private(set) var count = 0

  subscript(place: Int) -> PrequalProbe { probes[place] }

  /// Adds a probe, for which the oldest makes room.
  mutating func add(_ probe: PrequalProbe) {
    if count == Self.capacity { remove(0) }
    probes[count] = probe
    count += 1
  }

  /// Removes the probes taken before a time.
  mutating func removeAll(before time: Instant) {
    while count > 0 && probes[0].taken < time { remove(0) }
  }

  /// The place of the probe to use: the least latency among those not hot, else the least load;
  /// nil where none will do.
  func best(hotAbove hot: Int32, where isFit: (BackendIndex) -> Bool) -> Int? {
    var best: Int?
    for place in 0..<count where isFit(probes[place].backend) {
      guard let found = best else {
        best = place
        continue
      }
      if isBetter(probes[place], probes[found], hotAbove: hot) { best = place }
    }
    return best
  }

  /// Counts a use: one request more is there, and a probe used up leaves.
  mutating func use(_ place: Int) {
    probes[place].load += 1
    probes[place].usesLeft -= 1
    if probes[place].usesLeft <= 0 { remove(place) }
  }

  /// Removes the oldest probe, or the worst.
  mutating func removeOne(oldest: Bool, hotAbove hot: Int32) {
    if count == 0 { return }
    var worst = 0
    if !oldest {
      for place in 1..<max(count, 1)
      where isBetter(probes[worst], probes[place], hotAbove: hot) { worst = place }
    }
    remove(worst)
  }

  private func isBetter(_ one: PrequalProbe, _ other: PrequalProbe, hotAbove hot: Int32) -> Bool {
    let isOneHot = one.load > hot
    if isOneHot != (other.load > hot) { return !isOneHot }
    return isOneHot ? one.load < other.load : one.latency < other.latency
  }

  private mutating func remove(_ place: Int) {
    for next in place + 1..<max(count, place + 1) { probes[next - 1] = probes[next] }
    count -= 1
  }
}

/// The latest latencies of each backend, by the load that it had.
struct PrequalLatencies: ~Copyable {
  private struct Sample: BitwiseCopyable {
    var latency: Int64 = 0
    var load: Int32 = -1
  }

  private static var kept: Int { 16 }
  private let samples: Column<Sample>
  private let next: Column<UInt8>

  init(backends: Int) {
    samples = Column(repeating: Sample(), count: Self.kept * backends)
    next = Column(repeating: 0, count: backends)
  }

  func note(_ latency: Nanoseconds, of backend: BackendIndex, load: Int32) {
    let place = Int(next[backend.int])
    samples[Self.kept * backend.int + place] = Sample(latency: latency.count, load: load)
    next[backend.int] = UInt8((place + 1) % Self.kept)
  }

  /// The median of the latencies at the loads nearest to this one; 0 without any.
  func estimate(of backend: BackendIndex, load: Int32) -> Int64 {
    let first = Self.kept * backend.int
    var nearest = Int32.max
    for place in first..<first + Self.kept where samples[place].load >= 0 {
      nearest = min(nearest, abs(samples[place].load - load))
    }
    if nearest == .max { return 0 }
    var matching = 0
    for place in first..<first + Self.kept where isNear(place, load, nearest) { matching += 1 }
    // The sample that half of the others are not above.
    for place in first..<first + Self.kept where isNear(place, load, nearest) {
      var below = 0
      var equal = 0
      for other in first..<first + Self.kept where isNear(other, load, nearest) {
        if samples[other].latency < samples[place].latency { below += 1 }
        if samples[other].latency == samples[place].latency { equal += 1 }
      }
      let middle = (matching - 1) / 2
      if below <= middle && middle < below + equal { return samples[place].latency }
    }
    return 0
  }

  private func isNear(_ place: Int, _ load: Int32, _ distance: Int32) -> Bool {
    samples[place].load >= 0 && abs(samples[place].load - load) == distance
  }
}

/// A quantile of the latest of a sequence of small numbers.
struct RecentQuantile: ~Copyable {
  /// The numbers in the order in which they came, round and round, and sorted.
  private let arrivals: Column<Int32>
  private let sorted: Column<Int32>
  private var count = 0
  private var next = 0

  init(capacity: Int) {
    arrivals = Column(repeating: 0, count: capacity)
    sorted = Column(repeating: 0, count: capacity)
  }

  /// Takes in a number; the oldest makes room.
  ///
  /// - Complexity: O(capacity).
  mutating func note(_ number: Int32) {
    var place = count
    if count == arrivals.count {
      let oldest = arrivals[next]
      place = 0
      while sorted[place] != oldest { place += 1 }
      while place + 1 < count && sorted[place + 1] < number {
        sorted[place] = sorted[place + 1]
        place += 1
      }
    } else {
      count += 1
    }
    while place > 0 && sorted[place - 1] > number {
      sorted[place] = sorted[place - 1]
      place -= 1
    }
    sorted[place] = number
    arrivals[next] = number
    next = (next + 1) % arrivals.count
  }

  /// The least number that so large a share of them do not exceed, by nearest rank; there must be
  /// one.
  func quantile(_ share: Double) -> Int32 {
    let rank = Int((share * Double(count)).rounded(.up))
    return sorted[min(max(rank, 1), count) - 1]
  }
}
