import ExperimentModel
import Experimentation
import Statistics
import Testing

@Suite struct OracleTests {
  private static func queue(
    rate: Double, _ service: Distribution, workers: Workers = .count(1), cores: Cores? = nil,
    backlog: Int = 4096
  ) -> Topology {
    Topology(
      name: "queue",
      clients: [
        ClientGroup(
          name: "load",
          workload: .open(OpenLoop(rate: Rate(perSecond: rate), extent: .requests(200_000))))
      ],
      balancer: Balancer(like: .ideal, strategy: StrategyChoice("round-robin")),
      backends: [
        Backend(
          name: "server", cores: cores, workers: workers, backlog: backlog,
          service: Service(cpu: service))
      ],
      network: Network(transport: .message),
      run: RunSettings(seed: 4, warmup: .seconds(20)))
  }

  private static func exact(_ oracle: Oracle, _ figure: String) -> Double {
    oracle[figure] ?? .nan
  }

  /// Equal servers of mean 1 s behind a strategy.
  private static func servers(
    _ count: Int, rate: Double, strategy: String, cpu: Distribution = second
  ) -> Topology {
    var topology = queue(rate: rate, cpu)
    topology.backends = (0..<count).map {
      Backend(name: "s\($0)", workers: .count(1), service: Service(cpu: cpu))
    }
    topology.balancer.strategy = StrategyChoice(strategy)
    return topology
  }

  /// Clients who think for 2 s.
  private static func closed(_ clients: Int, _ topology: Topology) -> Topology {
    var topology = topology
    topology.clients = [
      ClientGroup(
        name: "load",
        workload: .closed(
          ClosedLoop(
            concurrency: clients, extent: .untilRunEnds, think: .constant(.seconds(2)))))
    ]
    topology.run = RunSettings(seed: 4, warmup: .seconds(100), duration: .seconds(20_000))
    return topology
  }

  private static let second = Distribution.exponential(mean: .seconds(1))

  @Test func `M/M/1 at 0.8 answers in 5 service times, half of all within 3.4657`() throws {
    let oracle = try Oracle(Self.queue(rate: 0.8, .exponential(mean: .seconds(1))))
    #expect(oracle.system == "M/M/1")
    #expect(abs(Self.exact(oracle, "latency.mean") - 5) < 1e-9)
    #expect(abs(Self.exact(oracle, "latency.p50") - 3.4657) < 1e-4)
    #expect(abs(Self.exact(oracle, "latency.p99") - 23.0259) < 1e-3)
  }

  @Test func `three servers at 0.8 wait as tables of Erlang's C formula say`() throws {
    let topology = Self.queue(
      rate: 2.4, .exponential(mean: .seconds(1)), workers: .count(3))
    let oracle = try Oracle(topology)
    // C(3, 2.4) = 0.6472, so the mean wait is 0.6472 / 0.6.
    #expect(abs(Self.exact(oracle, "latency.mean") - (1 + 0.6472 / 0.6)) < 1e-3)
  }

  @Test func `ten lines with five calls on them lose 1.84 % of all`() throws {
    let topology = Self.queue(rate: 5, .constant(.seconds(1)), workers: .count(10), backlog: 0)
    #expect(abs(Self.exact(try Oracle(topology), "error_rate") - 0.01838) < 1e-5)
  }

  @Test func `a full house of one server and four places turns away what it must`() throws {
    let oracle = try Oracle(
      Self.queue(rate: 1, .exponential(mean: .seconds(1)), backlog: 4))
    #expect(oracle.system == "M/M/1/5")
    // At load 1 all six numbers of requests are as likely.
    #expect(abs(Self.exact(oracle, "error_rate") - 1 / 6.0) < 1e-12)
  }

  @Test func `two queues of random clients have the throughput of mean value analysis`() throws {
    // Two clients at two like servers of mean 1, half of the visits each, without a pause:
    // R(1) = 1, then R(2) = 1 + 1/2, so X = 4/3.
    var topology = Self.closed(2, Self.servers(2, rate: 1, strategy: "random"))
    topology.clients[0].workload = .closed(ClosedLoop(concurrency: 2, extent: .untilRunEnds))
    let oracle = try Oracle(topology)
    #expect(abs(Self.exact(oracle, "throughput") - 4 / 3.0) < 1e-12)
    #expect(abs(Self.exact(oracle, "latency.mean") - 1.5) < 1e-12)
  }

  @Test func `machine repairmen with nobody pausing are busy all the time`() throws {
    var topology = Self.closed(5, Self.queue(rate: 1, Self.second, workers: .count(2)))
    topology.clients[0].workload = .closed(ClosedLoop(concurrency: 5, extent: .untilRunEnds))
    let oracle = try Oracle(topology)
    #expect(oracle.system == "M/M/2//5")
    #expect(Self.exact(oracle, "throughput") == 2)
    #expect(Self.exact(oracle, "latency.mean") == 2.5)
  }

  @Test func `the shortest of two among many has the mean of the refined mean field`() throws {
    // Among infinitely many at 0.9 a server has 2.35265 on average (M. Mitzenmacher, 2001); the
    // term in 1/n of different draws was found by independent arithmetic: 2.77477.
    let oracle = try Oracle(Self.servers(100, rate: 90, strategy: "power-of-two"))
    #expect(abs(Self.exact(oracle, "latency.mean") - (2.35265 + 0.0277477) / 0.9) < 1e-4)
  }

  @Test func `as many clients give up as an M/M/1 queue takes longer than they wait`() throws {
    var topology = Self.queue(rate: 0.5, Self.second)
    topology.clients[0].timeout = .seconds(4)
    // W is exponential with mean 2.
    #expect(abs(Self.exact(try Oracle(topology), "error_rate") - 0.135_335) < 1e-6)
  }

  @Test func `what is simulated agrees with what is known, within four standard errors`() throws {
    let systems = [
      Self.queue(rate: 70, .exponential(mean: .milliseconds(10))),
      Self.queue(rate: 70, .constant(.milliseconds(10))),
      Self.queue(rate: 60, .hyperexponential(mean: .milliseconds(10), cv2: 10)),
      Self.queue(rate: 210, .exponential(mean: .milliseconds(10)), workers: .count(3)),
      Self.queue(
        rate: 70, .hyperexponential(mean: .milliseconds(10), cv2: 4), workers: .unlimited,
        cores: Cores(1)),
      Self.servers(3, rate: 2.1, strategy: "round-robin"),
      Self.servers(4, rate: 2.4, strategy: "random"),
      Self.servers(60, rate: 54, strategy: "power-of-two"),
      Self.closed(6, Self.queue(rate: 1, Self.second, workers: .count(2))),
      Self.closed(8, Self.servers(3, rate: 1, strategy: "weighted-random")),
    ]
    for topology in systems {
      let oracle = try Oracle(topology)
      var repeated = topology
      repeated.run.replications = 8
      let result = Replicator(repeated, jobs: 2).run { _ in }
      let mean = result.latencyMean
      let interval = try #require(mean.interval)
      // The interval is 2.4 standard errors to each side with 8 replications.
      let error = (interval.upperBound - interval.lowerBound) / 2 / 2.365
      let distance = (mean.value / 1e9 - Self.exact(oracle, "latency.mean")) / (error / 1e9)
      #expect(abs(distance) < 4, "\(oracle.system): \(distance)")
    }
  }

  @Test func `the assumption that does not hold is named`() {
    var topology = Self.queue(rate: 0.8, .exponential(mean: .seconds(1)))
    topology.network = Network(transport: .tcp)
    #expect(throws: KnownSystem.Obstacle.self) { try Oracle(topology) }
    expect(topology, lacks: "connections cost time; transport is tcp")
    var closed = Self.closed(3, Self.queue(rate: 1, Self.second))
    closed.run.duration = nil
    expect(
      closed,
      lacks: "clients stop before the run ends; give the run a duration, as in --duration 10m")
    expect(
      Self.servers(3, rate: 1, strategy: "least-connections"),
      lacks: "least-connections has no formula for several backends")
    expect(
      Self.queue(rate: 2, Self.second, workers: .unlimited, cores: Cores(1)),
      lacks: "more work arrives than can be done")
  }

  @Test func `a run that is too short to forget its empty beginning is compared with nothing`() {
    // At 0.95 an M/M/1 queue of 1 s settles in about half an hour.
    var topology = Self.queue(rate: 0.95, Self.second)
    topology.clients[0].workload.extent = .duration(.seconds(3_600))
    topology.run.warmup = .zero
    expect(
      topology,
      lacks: "the run is too short to forget that it begins empty; give it a warm-up, "
        + "as in --set run.warmup=auto")
    topology.run.findsWarmup = true
    #expect(throws: Never.self) { try Oracle(topology) }
    topology.run.findsWarmup = false
    topology.clients[0].workload.extent = .duration(.seconds(36_000))
    #expect(throws: Never.self) { try Oracle(topology) }
  }

  @Test func `a system that is not at work for the whole measurement is compared with nothing`() {
    var late = Self.closed(3, Self.queue(rate: 1, Self.second))
    late.clients[0].start = .seconds(5_000)
    expect(late, lacks: "clients begin after the measurement; give it a warm-up")
    var brief = Self.closed(3, Self.queue(rate: 1, Self.second))
    brief.clients[0].workload.extent = .duration(.seconds(10_000))
    expect(brief, lacks: "clients stop before the run ends")
    brief.clients[0].workload.extent = .requests(5_000)
    expect(brief, lacks: "clients may have sent all requests before the run ends")
    brief.clients[0].workload.extent = .requests(50_000)
    #expect(throws: Never.self) { try Oracle(brief) }
    var unmeasured = Self.queue(rate: 0.8, Self.second)
    unmeasured.run.warmup = .seconds(1_000_000)
    expect(unmeasured, lacks: "nothing is measured: the warm-up lasts as long as the run")
  }

  @Test func `clients whose pauses and service never vary stay in step, as no formula has it`() {
    expect(
      Self.closed(
        3, Self.queue(rate: 1, .constant(.seconds(1)), workers: .unlimited, cores: Cores(1))),
      lacks: "neither pauses nor service vary continuously, so that clients stay in step")
  }

  @Test func `the more runs there are, the less of the beginning may be in them`() {
    // At 0.8 an M/M/1 queue of 1 s settles in a minute and a half; a run lasts 5,000 s.
    var topology = Self.queue(rate: 0.8, Self.second)
    topology.clients[0].workload.extent = .requests(4_000)
    topology.run = RunSettings(seed: 4, replications: 20)
    #expect(throws: Never.self) { try Oracle(topology) }
    topology.run.replications = 1_000
    #expect(throws: KnownSystem.Obstacle.self) { try Oracle(topology) }
    topology.run.warmup = .milliseconds(1)
    expect(
      topology,
      lacks: "the run is too short to forget that it begins empty; give it a longer warm-up")
    topology.run.warmup = .seconds(600)
    #expect(throws: Never.self) { try Oracle(topology) }
  }

  @Test func `a room that never fills is no finite queue`() {
    expect(
      Self.queue(rate: 2, Self.second, backlog: 1_000_000),
      lacks: "more work arrives than can be done, and the run ends before the room is full of it")
  }

  @Test func `the moments of Weibull and mixed service times are known`() throws {
    let mixed = Distribution.mixture([
      WeightedDistribution(weight: 9, of: .constant(.seconds(1))),
      WeightedDistribution(weight: 1, of: Self.second),
    ])
    // W = 1 + 0.5 · (1 + c²) / 2 / 0.5, where E[X²] is 0.9 + 0.1 · 2, and Γ(5) / Γ(3)² is 6.
    let mixture = Self.queue(rate: 0.5, mixed)
    #expect(abs(try Self.exact(Oracle(mixture), "latency.mean") - 1.55) < 1e-12)
    let weibull = Self.queue(rate: 0.5, .weibull(mean: .seconds(1), shape: 0.5))
    #expect(abs(try Self.exact(Oracle(weibull), "latency.mean") - 4) < 1e-9)
  }

  private func expect(_ topology: Topology, lacks reason: String) {
    do throws(KnownSystem.Obstacle) {
      _ = try Oracle(topology)
      Issue.record("theory knows the system")
    } catch {
      #expect(error.reason == reason)
    }
  }
}
