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
    oracle.answers.first { $0.figure == figure }?.exact ?? .nan
  }

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

  @Test func `what is simulated agrees with what is known, within four standard errors`() throws {
    let systems = [
      Self.queue(rate: 70, .exponential(mean: .milliseconds(10))),
      Self.queue(rate: 70, .constant(.milliseconds(10))),
      Self.queue(rate: 60, .hyperexponential(mean: .milliseconds(10), cv2: 10)),
      Self.queue(rate: 210, .exponential(mean: .milliseconds(10)), workers: .count(3)),
      Self.queue(
        rate: 70, .hyperexponential(mean: .milliseconds(10), cv2: 4), workers: .unlimited,
        cores: Cores(1)),
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
    #expect(throws: KnownQueue.Obstacle.self) { try Oracle(topology) }
    do throws(KnownQueue.Obstacle) {
      _ = try Oracle(topology)
    } catch {
      #expect(error.reason == "connections cost time; transport is tcp")
    }
  }
}
