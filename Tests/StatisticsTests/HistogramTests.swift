import Statistics
import Testing

@Suite struct HistogramTests {
  /// A fixed sequence of values over many orders of magnitude.
  static func values(_ count: Int) -> [Int] {
    var state: UInt64 = 42
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) >> Int(state % 31)
    }
  }

  static func recording(_ values: some Sequence<Int>) -> Histogram {
    var histogram = Histogram()
    for value in values { histogram.record(value) }
    return histogram
  }

  @Test(arguments: [1, 2, 10, 999, 1_000, 20_000], [2, 6, Histogram.standardPrecision])
  func `a percentile is the value at the nearest rank within the stated error`(
    count: Int, precision: Int
  ) {
    let values = Self.values(count)
    var histogram = Histogram(precision: precision)
    for value in values { histogram.record(value) }
    let sorted = values.sorted()
    for percent in [0, 1, 25, 50, 90, 95, 99, 99.9, 100] {
      let rank = max(1, Int((percent * Double(count) / 100 - 1e-9).rounded(.up)))
      let exact = Double(sorted[rank - 1])
      #expect(abs(histogram.percentile(percent) - exact) <= exact * histogram.relativeError)
    }
  }

  @Test func `small values are exact`() {
    for value in 0..<2 * Histogram().bucketsPerOctave {
      #expect(Self.recording([value, value, 5_000]).percentile(50) == Double(value))
    }
  }

  @Test func `the largest integer fits`() {
    let histogram = Self.recording([0, .max])
    #expect(histogram.max == .max)
    #expect(histogram.percentile(100) >= Double(Int.max) * (1 - histogram.relativeError))
  }

  @Test func `merging equals recording everything in one place`() {
    let values = Self.values(5_000)
    var merged = Self.recording(values.prefix(1_234))
    merged.merge(Self.recording(values.dropFirst(1_234)))
    let whole = Self.recording(values)
    #expect(merged.count == whole.count && merged.max == whole.max)
    for percent in 0...100 {
      #expect(merged.percentile(Double(percent)) == whole.percentile(Double(percent)))
    }
  }

  @Test func `an empty histogram answers zero`() {
    let histogram = Histogram()
    #expect(histogram.percentile(99) == 0 && histogram.mean == 0 && histogram.max == 0)
  }

  @Test func `mean and maximum are exact`() {
    let histogram = Self.recording([1, 10_000_019, 30_000_001])
    #expect(histogram.mean == 40_000_021.0 / 3 && histogram.max == 30_000_001)
  }
}

@Suite struct TimeWeightedSumTests {
  @Test func `the mean weighs each value with the time it held`() {
    var queue = TimeWeightedSum()
    queue.add(2, at: 10)
    queue.add(-1, at: 30)
    let mean = (2.0 * 20 + 1 * 10) / 40
    #expect(queue.mean(from: 0, until: 40) == mean)
  }

  @Test func `after a restart only what follows counts`() {
    var queue = TimeWeightedSum()
    queue.add(7, at: 0)
    queue.restart(at: 100)
    queue.add(-4, at: 150)
    #expect(queue.mean(from: 100, until: 200) == 5)
  }
}
