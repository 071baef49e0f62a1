import Statistics
import Testing

@Suite struct `Student's t` {
  @Test(arguments: [
    (1, 0.95, 12.706205), (2, 0.95, 4.302653), (3, 0.95, 3.182446), (19, 0.95, 2.093024),
    (30, 0.95, 2.042272), (100, 0.95, 1.983972), (7, 0.99, 3.499483), (19, 0.999, 3.883406),
    (1, 0.5, 1), (10, 0.9999, 6.211), (1_000, 0.95, 1.962339),
  ])
  func `has the quantiles of the printed tables`(
    degrees: Int, confidence: Double, quantile: Double
  ) {
    let found = StudentT(degrees: degrees).quantile(confidence: confidence)
    #expect(abs(found / quantile - 1) < 1e-5, "\(found)")
  }
}

@Suite struct `Estimates` {
  @Test func `a mean has the interval of Student's t`() throws {
    // Mean 5, standard deviation 2, four values: 3.182446 · 2 / 2.
    let estimate = Estimate(meanOf: [3, 5 + 2.0.squareRoot(), 5 - 2.0.squareRoot(), 7])
    #expect(abs(estimate.value - 5) < 1e-12)
    let interval = try #require(estimate.interval)
    let deviation = (12.0 / 3).squareRoot()
    #expect(abs(interval.upperBound - 5 - 3.182446 * deviation / 2) < 1e-5)
    #expect(abs(interval.lowerBound + interval.upperBound - 10) < 1e-12)
  }

  @Test func `one replication tells nothing of its precision`() {
    #expect(Estimate(meanOf: [3]).interval == nil)
    #expect(Estimate(ratioOf: [(3, 4)]) == Estimate(0.75))
  }

  @Test func `a ratio of sums counts each request the same`() {
    let estimate = Estimate(ratioOf: [(10, 10), (300, 100)])
    #expect(abs(estimate.value - 310.0 / 110) < 1e-12)
    #expect(Estimate(ratioOf: [(0, 0), (0, 0)]) == Estimate(0, interval: 0...0))
  }

  @Test func `a percentile lies in its interval, which is wide where replications differ`() throws {
    func histogram(_ values: some Sequence<Int>) -> Histogram {
      var histogram = Histogram()
      for value in values { histogram.record(value) }
      return histogram
    }
    func estimate(_ parts: [Histogram]) -> Estimate {
      var merged = Histogram()
      for part in parts { merged.merge(part) }
      return Estimate(percentile: 50, of: parts.map(SparseHistogram.init), merged: merged)
    }
    let alike = estimate(Array(repeating: histogram(1...999), count: 5))
    #expect(alike.value == 500 && alike.interval == 500...500)
    let unlike = estimate([1...999, 201...1_199, 101...1_099].map(histogram))
    let interval = try #require(unlike.interval)
    #expect(interval.contains(unlike.value) && abs(unlike.value - 600) < 2)
    #expect(interval.upperBound - interval.lowerBound > 200)
  }

  @Test func `a standard deviation is that of the values`() {
    var histogram = Histogram()
    for value in [2, 4, 4, 4, 5, 5, 7, 9] { histogram.record(value) }
    #expect(abs(histogram.standardDeviation - (32.0 / 7).squareRoot()) < 1e-12)
  }
}
