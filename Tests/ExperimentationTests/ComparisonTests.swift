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
    #expect(try #require(mean.difference?.interval).contains(-3571))
    let ranking = comparison.ranking(by: mean.measure)
    #expect(ranking.map(\.alternative) == ["idle", "full"] && ranking.map(\.rank) == [1, 2])
  }

  @Test func `the same requests make a difference plain that other requests would hide`() throws {
    func width(_ seed: UInt64) throws -> Double {
      let comparison = Comparison(
        [alternative("a", load: 0.7), alternative("b", load: 0.69, seed: seed)], baseline: 0)
      let mean = comparison.differences.first { $0.measure.name == "latency.mean" }
      let interval = try #require(mean?.difference?.interval)
      return interval.upperBound - interval.lowerBound
    }
    #expect(try width(1) < width(2) / 2)
  }

  @Test func `what answers nobody has no latency, and is worse than what answers`() throws {
    func failing(_ name: String, rate: Double) -> Comparison.Alternative {
      var topology = singleServer(
        load: 0.5, requests: 300, run: RunSettings(replications: 5))
      topology.backends[0].errorRate = Ratio(rate)
      return Comparison.Alternative(name: name, result: Replicator(topology, jobs: 2).run())
    }
    let comparison = Comparison(
      [failing("never", rate: 1), failing("always", rate: 0)], baseline: 1)
    let mean = try #require(comparison.differences.first { $0.measure.name == "latency.mean" })
    #expect(mean.difference == nil && mean.verdict == .worse)
    let ranking = comparison.ranking(by: mean.measure)
    #expect(ranking.map(\.alternative) == ["always", "never"] && ranking.map(\.rank) == [1, 2])
    #expect(ranking[1].value == nil)
    let silent = Comparison([failing("a", rate: 1), failing("b", rate: 1)], baseline: 0)
    #expect(silent.differences.allSatisfy { $0.verdict == .notDistinguishable })
    #expect(silent.ranking(by: mean.measure).map(\.rank) == [1, 1])
  }

  @Test func `the ranking of two says what the verdict against the baseline says`() throws {
    // Loads so close that a few seeds tell them apart and others do not.
    var verdicts: Set<Comparison.Verdict> = []
    for seed: UInt64 in 1...12 {
      let comparison = Comparison(
        [
          alternative("a", load: 0.50, seed: seed), alternative("b", load: 0.47, seed: seed + 100),
        ], baseline: 0)
      let mean = try #require(comparison.differences.first { $0.measure.name == "latency.mean" })
      let isRanked = comparison.ranking(by: mean.measure).contains { $0.rank == 2 }
      #expect(isRanked == (mean.verdict != .notDistinguishable))
      verdicts.insert(mean.verdict)
    }
    #expect(verdicts.contains(.notDistinguishable))
  }
}
