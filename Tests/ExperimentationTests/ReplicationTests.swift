import ClusterModel
import ExperimentModel
import Experimentation
import Statistics
import Testing

/// One server with random arrivals and random service of mean 1 s: M/M/1.
func singleServer(
  load: Double, requests: Int, seed: UInt64 = 1, run: RunSettings = RunSettings()
) -> Topology {
  var run = run
  run.seed = seed
  let arrivals = OpenLoop(rate: Rate(perSecond: load), extent: .requests(requests))
  return Topology(
    name: "single", clients: [ClientGroup(name: "users", workload: .open(arrivals))],
    balancer: Balancer(like: .ideal, strategy: StrategyChoice("random")),
    backends: [
      Backend(
        name: "one", workers: .count(1), service: Service(cpu: .exponential(mean: .seconds(1))))
    ],
    network: Network(transport: .message), run: run)
}

@Suite struct `Replications` {
  @Test(arguments: [2, 3, 8])
  func `how many jobs there are changes nothing`(jobs: Int) {
    let topology = singleServer(
      load: 0.5, requests: 300, run: RunSettings(findsWarmup: true, replications: 30))
    let alone = Replicator(topology, jobs: 1).run()
    let together = Replicator(topology, jobs: jobs).run()
    #expect(alone.latencyMean == together.latencyMean)
    #expect(alone.latencyPercentile(99) == together.latencyPercentile(99))
    #expect(alone.warmup == together.warmup)
    #expect(alone.replications.map(\.throughput) == together.replications.map(\.throughput))
  }

  @Test func `each has a seed of its own, and the first that of the file`() {
    var settings = RunSettings(replications: 3)
    let three = Replicator(singleServer(load: 0.5, requests: 200, run: settings), jobs: 1).run()
    settings.replications = 1
    let one = Replicator(singleServer(load: 0.5, requests: 200, run: settings), jobs: 1).run()
    #expect(three.replications[0].throughput == one.replications[0].throughput)
    #expect(Set(three.replications.map(\.throughput)).count == 3)
    #expect(three.total.requests.issued == 600 && one.latencyMean.interval == nil)
  }

  /// 1,000 seeds, each with 20 replications of 5,000 requests.
  ///
  /// An interval at 95 % that is right contains the truth in 950 of 1,000 seeds, give or take 6.9;
  /// it fails this test once in 250 choices of seeds, and these are fixed.
  @Test func `the intervals of M/M/1 at 0.8 contain the truth about 95 times in 100`() {
    let truths = [5.0, 5 * 0.693_147_18, 5 * 4.605_170_19]
    var hits = [0, 0, 0]
    for seed in 1...1_000 {
      let settings = RunSettings(warmup: .seconds(600), replications: 20)
      let topology = singleServer(load: 0.8, requests: 5_500, seed: UInt64(seed), run: settings)
      let result = Replicator(topology, jobs: 2).run()
      let estimates = [
        result.latencyMean, result.latencyPercentile(50), result.latencyPercentile(99),
      ]
      for (place, truth) in truths.enumerated() {
        if estimates[place].interval?.contains(truth * 1e9) == true { hits[place] += 1 }
      }
    }
    for hits in hits { #expect((930...970).contains(hits), "\(hits) of 1,000") }
  }

  @Test func `a precision that is asked for is reached with no more replications than it needs`()
    throws
  {
    var settings = RunSettings(precision: Ratio(0.02))
    let run = { (settings: RunSettings) in
      Replicator(singleServer(load: 0.5, requests: 2_000, run: settings), jobs: 2).run()
    }
    let found = run(settings)
    let reached = try #require(found.precision?.reached)
    #expect(reached <= 0.02)
    #expect((11..<1_000).contains(found.replications.count))
    settings.replications = 12
    let short = run(settings)
    #expect(short.replications.count == 12)
    let missed = try #require(short.precision?.reached)
    #expect(missed > 0.02)
  }

  @Test func `a percentile of few requests has no interval, and nothing is below 0`() throws {
    let settings = RunSettings(replications: 5)
    let result = Replicator(singleServer(load: 0.5, requests: 4, run: settings), jobs: 1).run()
    // The median of 20 lies within them, their 99th percentile may well lie above all.
    #expect(result.latencyPercentile(50).interval != nil)
    #expect(result.latencyPercentile(99).interval == nil)
    #expect(try #require(result.throughput.interval).lowerBound >= 0)
    let more = Replicator(singleServer(load: 0.5, requests: 80, run: settings), jobs: 1).run()
    #expect(more.latencyPercentile(99).interval != nil)
  }

  @Test func `requests behind one another tell less than independent ones`() throws {
    let settings = RunSettings(replications: 20)
    let result = Replicator(singleServer(load: 0.8, requests: 2_000, run: settings), jobs: 2).run()
    let samples = try #require(result.effectiveSamples)
    #expect(samples > 50 && samples < 4_000)
  }
}

@Suite struct `The warm-up` {
  @Test func `is found where a queue starts far from its steady state`() throws {
    // 400 clients come at once to a server that then has 0.5 of its time to spare.
    var topology = singleServer(
      load: 0.5, requests: 4_000, run: RunSettings(findsWarmup: true, replications: 2))
    let crowd = OpenLoop(rate: Rate(perSecond: 1e6), extent: .requests(400))
    topology.clients.append(ClientGroup(name: "crowd", workload: .open(crowd)))
    let result = Replicator(topology, jobs: 2).run()
    let warmup = try #require(result.warmup)
    // Half of each second is left to work the crowd off: that takes 800 s.
    #expect(warmup.isSettled && (400...1_600).contains(warmup.duration.inSeconds))
    #expect(result.latencyMean.value < 20e9)
  }

  @Test func `is not found where there is no steady state`() throws {
    let topology = singleServer(
      load: 2, requests: 2_000, run: RunSettings(findsWarmup: true, replications: 2))
    let warmup = Replicator(topology, jobs: 1).run().warmup
    #expect(warmup?.isSettled == false)
  }
}
