import ExperimentModel
import Experimentation
import Statistics
import Testing

@Suite struct `A comparison` {
  private func alternative(_ name: String, load: Double, seed: UInt64 = 1) -> Comparison.Alternative
  {
    let topology = singleServer(
      load: load, requests: 2_000, seed: seed, run: RunSettings(replications: 10))
    return Comparison.Alternative(name: name, result: Replicator(topology, jobs: 2).run())
  }

  @Test func `of something with itself finds no difference`() {
    let same = alternative("a", load: 0.5)
    let comparison = Comparison([same, alternative("b", load: 0.5)], baseline: 0)
    #expect(comparison.differences.count == MeasureCatalog.compared.count)
    for difference in comparison.differences {
      #expect(difference.difference == Estimate(0, interval: 0...0))
      #expect(difference.verdict == .notDistinguishable)
    }
    let ranking = comparison.ranking(by: MeasureCatalog.compared[2])
    #expect(ranking.map(\.rank) == [1, 1] && ranking.map(\.peers) == [["b"], ["a"]])
  }

  @Test func `says which is worse, and in which figures`() throws {
    let comparison = Comparison(
      [alternative("full", load: 0.8), alternative("idle", load: 0.3)], baseline: 0)
    let verdicts = Dictionary(
      uniqueKeysWithValues: comparison.differences.map { ($0.measure.name, $0.verdict) })
    #expect(verdicts["latency.mean"] == .better && verdicts["latency.p99"] == .better)
    #expect(verdicts["throughput"] == .worse && verdicts["error_rate"] == .notDistinguishable)
    let mean = try #require(comparison.differences.first { $0.measure.name == "latency.mean" })
    // 1 / 0.7 − 1 / 0.2 seconds, in milliseconds.
    #expect(try #require(mean.difference.interval).contains(-3571))
    let ranking = comparison.ranking(by: mean.measure)
    #expect(ranking.map(\.alternative) == ["idle", "full"] && ranking.map(\.rank) == [1, 2])
  }

  @Test func `the same requests make a difference plain that other requests would hide`() throws {
    func width(_ seed: UInt64) throws -> Double {
      let comparison = Comparison(
        [alternative("a", load: 0.7), alternative("b", load: 0.69, seed: seed)], baseline: 0)
      let mean = comparison.differences.first { $0.measure.name == "latency.mean" }
      let interval = try #require(mean?.difference.interval)
      return interval.upperBound - interval.lowerBound
    }
    #expect(try width(1) < width(2) / 2)
  }
}
