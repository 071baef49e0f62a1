import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// Runs that are told second by second.
@Suite struct SecondsTests {
  /// Three containers under quotas, of which one is gone for a while, after a warm-up.
  static let troubled: Topology = {
    var topology = Sample.threeWeighted(requests: 6_000, concurrency: 40)
    topology.faults = [FaultTests.kill("back-02", at: 10, for: 5)]
    topology.run.warmup = .milliseconds(3_500)
    return topology
  }()

  static let foreseeable = Sample.queue(
    Sample.open(200, requests: 4_000), cpu: .exponential(mean: Sample.milliseconds(4)),
    warmup: .seconds(2))

  @Test(arguments: [troubled, foreseeable, Sample.threeWeighted(requests: 2_000)])
  func `a run is the same to its last digit, whether it is told of or not`(topology: Topology) {
    let plain = Simulation(topology).run()
    let told = Simulation(topology, recording: .seconds, tracing: 5).run()
    #expect(plain.events == told.events && plain.requests == told.requests)
    #expect(plain.simulatedSeconds == told.simulatedSeconds && plain.latency == told.latency)
    #expect(plain.throughputPerSecond == told.throughputPerSecond)
    for (one, other) in zip(plain.backends, told.backends) {
      #expect(one.utilization == other.utilization && one.queueMean == other.queueMean)
      #expect(one.throttledSeconds == other.throttledSeconds && one.picked == other.picked)
    }
    #expect(plain.series == nil && plain.traces.isEmpty)
    #expect(told.series != nil && told.traces.count == 5)
  }

  @Test(arguments: [troubled, foreseeable])
  func `the seconds add up to the run`(topology: Topology) throws {
    var topology = topology
    topology.run.warmup = .zero
    let result = Simulation(topology, recording: .seconds).run()
    let series = try #require(result.series)
    #expect(series.isWhole)
    #expect(series.clients.reduce(0) { $0 + $1.arrivals } == result.requests.issued)
    #expect(series.clients.reduce(0) { $0 + $1.completions } == result.requests.succeeded)
    #expect(series.clients.reduce(0) { $0 + $1.failures } == result.requests.failed)
    #expect(series.clients.last?.inFlight == result.requests.unfinished)
    let length = series.clients.reduce(0) { $0 + $1.length }
    #expect(abs(length - result.simulatedSeconds) < 1e-6)
    #expect(series.clients.dropLast().allSatisfy { abs($0.length - 1) < 1e-9 })
    #expect(series.clients.map(\.latency.max).max() == Double(result.latency.max))
    for (seconds, backend) in zip(series.backends, result.backends) {
      #expect(seconds.count == series.clients.count)
      #expect(seconds.reduce(0) { $0 + $1.picks } == backend.picked)
      let throttled = seconds.reduce(0) { $0 + $1.throttledSeconds }
      #expect(abs(throttled - backend.throttledSeconds) < 1e-6)
      let waited = zip(seconds, series.clients).reduce(0) { $0 + $1.0.queueMean * $1.1.length }
      #expect(abs(waited / length - backend.queueMean) < 1e-6 * max(1, backend.queueMean))
      let used = zip(seconds, series.clients).reduce(0) { $0 + $1.0.utilization * $1.1.length }
      #expect(abs(used / length - backend.utilization) < 0.02)
    }
  }

  @Test func `a warm-up is part of the seconds, and disturbs none`() throws {
    var cold = Self.troubled
    cold.run.warmup = .zero
    let warm = try #require(Simulation(Self.troubled, recording: .seconds).run().series)
    let whole = try #require(Simulation(cold, recording: .seconds).run().series)
    #expect(warm.clients == whole.clients)
    for (one, other) in zip(warm.backends.joined(), whole.backends.joined()) {
      #expect(abs(one.utilization - other.utilization) < 1e-6)
      #expect(abs(one.queueMean - other.queueMean) < 1e-6)
    }
  }

  @Test func `a container that is gone shows in its state, and in what the balancer does`() throws {
    let result = Simulation(Self.troubled, recording: .seconds).run()
    let seconds = try #require(result.series?.backends[1])
    #expect(seconds[8].state == .up && seconds[8].balancers == 1)
    #expect(seconds[10...13].allSatisfy { $0.state == .down })
    #expect(seconds[14].balancers == 0 && seconds[13].picks == 0)
    #expect(result.trustChanges.map(\.isTrusted) == [false, true])
    #expect(result.trustChanges.allSatisfy { $0.backend == "back-02" && $0.balancer == "balancer" })
    #expect(try #require(result.trustChanges.first).seconds >= 10)
  }

  @Test func `active checks mark a backend down and up, as its balancer sees it`() {
    var topology = Self.troubled
    topology.balancer = Balancer(
      like: .haproxy, strategy: StrategyChoice("haproxy.roundrobin"),
      active: ActiveChecks(interval: .seconds(1), rise: 1, fall: 2))
    topology.faults = [FaultTests.kill("back-02", at: 10, for: 8, refuses: true)]
    let changes = Simulation(topology).run().trustChanges
    #expect(changes.map(\.isTrusted) == [false, true])
    #expect(changes.map(\.backend) == ["back-02", "back-02"])
  }
}
