import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// When clients send, and what they do about failures.
@Suite struct ClientTests {
  static func result(
    _ group: ClientGroup, faults: [ScheduledFault] = [], strategy: String = "round-robin",
    backends: Int = 1, seed: UInt64 = 1, warmup: Duration = .zero, duration: Duration? = nil
  ) -> RunResult {
    Simulation(
      Topology(
        name: "clients", clients: [group],
        balancer: Balancer(like: .ideal, strategy: StrategyChoice(strategy)),
        backends: (0..<backends).map {
          Backend(name: "b\($0)", service: Service(cpu: .constant(.milliseconds(1))))
        },
        network: Network(transport: .message), faults: faults,
        run: RunSettings(seed: seed, warmup: warmup, duration: duration))
    ).run()
  }

  static func phased(_ arrivals: ArrivalProcess, _ phases: RatePhase...) -> ClientGroup {
    ClientGroup(name: "load", workload: .open(OpenLoop(phases: phases, arrivals: arrivals)))
  }

  static let ramp = [
    RatePhase(length: .seconds(30), from: 200, to: 200),
    RatePhase(length: .seconds(60), from: 200, to: 2_000),
    RatePhase(length: .seconds(10), from: 0, to: 0),
    RatePhase(length: .seconds(10), from: 100, to: 0),
  ]

  @Test func `a rate that changes brings as many requests as its integral`() {
    let expected = 6_000 + 66_000 + 0 + 500.0
    let steady = Self.result(
      Self.phased(.constant, Self.ramp[0], Self.ramp[1], Self.ramp[2], Self.ramp[3]))
    #expect(abs(Double(steady.requests.issued) - expected) <= 1)
    for seed in UInt64(1)...5 {
      let random = Self.result(
        Self.phased(.poisson, Self.ramp[0], Self.ramp[1], Self.ramp[2], Self.ramp[3]), seed: seed)
      // Four standard deviations of a Poisson variable.
      #expect(abs(Double(random.requests.issued) - expected) < 4 * expected.squareRoot())
    }
  }

  @Test(arguments: [10, 30, 45, 60, 90, 100, 105])
  func `at any moment of a ramp as many have come as the integral up to it says`(second: Int) {
    let time = Double(second)
    let rising = min(max(time - 30, 0), 60)
    let falling = max(time - 100, 0)
    let expected =
      200 * min(time, 30) + 200 * rising + 15 * rising * rising + 100 * falling
      - 5 * falling * falling
    let group = Self.phased(.constant, Self.ramp[0], Self.ramp[1], Self.ramp[2], Self.ramp[3])
    let result = Self.result(group, duration: .seconds(second))
    #expect(abs(Double(result.requests.issued) - expected) <= 1)
    // Its mean is as large as its variance, whatever the rate does: a Poisson process.
    let counts = (1...40).map { seed in
      let group = Self.phased(.poisson, Self.ramp[0], Self.ramp[1], Self.ramp[2], Self.ramp[3])
      return Double(
        Self.result(group, seed: UInt64(seed), duration: .seconds(second)).requests.issued)
    }
    let mean = counts.reduce(0, +) / 40
    let variance = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39
    #expect(abs(mean - expected) < 4 * (expected / 40).squareRoot())
    // A χ² variable with 39 degrees of freedom lies in 16.3 … 74.7 but once in a thousand.
    #expect((16.3 / 39...74.7 / 39).contains(variance / expected))
  }

  @Test func `a trace is sent again as it came, with its keys`() {
    var arrivals: [Trace.Arrival] = []
    for second in 0..<50 {
      arrivals.append(Trace.Arrival(at: .seconds(second), key: "even"))
      arrivals.append(Trace.Arrival(at: .milliseconds(second * 1_000 + 300), key: "odd-\(second)"))
    }
    let group = ClientGroup(
      name: "load", workload: .trace(Trace(arrivals.reversed())), start: .seconds(10))
    let result = Self.result(group, strategy: "consistent-hash", backends: 4)
    #expect(result.requests.issued == 100 && result.requests.succeeded == 100)
    #expect(abs(result.simulatedSeconds - 59.301) < 1e-9)
    // The same key goes to the same backend, the others anywhere.
    #expect(result.backends.contains { $0.picked >= 50 })
    #expect(result.backends.count { $0.picked > 0 } > 2)
  }

  static func failing(
    _ rate: Double, _ retry: ClientRetry?, requests: Int = 20_000, at second: Int = 0
  ) -> RunResult {
    var group = Sample.open(1_000, .constant, requests: requests)
    group.retry = retry
    return result(
      group,
      faults: [
        ScheduledFault(
          at: .seconds(second), .fail(rate: Ratio(rate), status: 503), targets: .names(["b0"]))
      ])
  }

  @Test func `a request that fails is sent again, and counts once`() {
    let once = Self.failing(0.3, nil)
    #expect(once.requests.attempts == 20_000 && abs(once.requests.failed - 6_000) < 260)
    let thrice = Self.failing(0.3, ClientRetry(tries: 3))
    #expect(thrice.requests.issued == 20_000)
    // 2.7 % fail three times; 1 + 0.3 + 0.09 tries each.
    #expect(abs(thrice.requests.failed - 540) < 92)
    #expect(abs(thrice.requests.attempts - 27_800) < 320)
    #expect(thrice.failures.status503 == thrice.requests.failed)
  }

  @Test func `pauses grow by their factor up to the longest`() {
    let backoff = Backoff(base: .milliseconds(100), factor: 3, max: .milliseconds(500))
    var group = Sample.open(10, .constant, requests: 1)
    group.retry = ClientRetry(tries: 4, backoff: backoff)
    let all = ScheduledFault(
      at: .zero, .fail(rate: Ratio(1), status: 503), targets: .names(["b0"]))
    let result = Self.result(group, faults: [all])
    // One gap, four tries of 1 ms, pauses of 100, 300 and 500 ms.
    #expect(abs(result.simulatedSeconds - (0.1 + 0.004 + 0.9)) < 1e-9)
    #expect(result.requests.attempts == 4 && result.requests.failed == 1)
    group.retry?.backoff?.jitter = .full
    let drawn = Self.result(group, faults: [all])
    #expect(drawn.simulatedSeconds < 1.004 && drawn.simulatedSeconds > 0.104)
  }

  @Test func `a budget bounds retries by the requests of the last ten seconds`() {
    let rule = ClientRetry(tries: 10, budget: Ratio(0.1))
    let down = Self.failing(1, rule)
    #expect((21_990...22_000).contains(down.requests.attempts))
    // After ten good seconds there is a reserve of a thousand retries, and no more. What is spent
    // weighs for ten seconds too, so that the reserve is there again after that.
    let late = Self.failing(1, rule, requests: 40_000, at: 20)
    #expect((1_980...2_040).contains(late.requests.attempts - 40_000))
  }

  @Test func `a closed client goes on when its last try has ended`() {
    let group = ClientGroup(
      name: "load", workload: .closed(ClosedLoop(concurrency: 5, extent: .requests(1_000))),
      retry: ClientRetry(tries: 2))
    let result = Self.result(
      group,
      faults: [
        ScheduledFault(
          at: .zero, .fail(rate: Ratio(1), status: 500), targets: .names(["b0"]))
      ])
    #expect(result.requests.issued == 1_000 && result.requests.attempts == 2_000)
    #expect(result.requests.failed == 1_000 && result.requests.unfinished == 0)
  }

  @Test func `each try has the whole time-out`() {
    var group = Sample.open(10, .constant, requests: 1, timeout: .microseconds(500))
    group.retry = ClientRetry(tries: 3, backoff: Backoff(base: .milliseconds(10), factor: 1))
    let result = Self.result(group)
    #expect(result.failures.clientTimeout == 1 && result.requests.attempts == 3)
    // 100 ms gap, three waits of 0.5 ms and two pauses of 10 ms; the work goes on a little longer.
    #expect(result.simulatedSeconds > 0.1214 && result.simulatedSeconds < 0.1223)
  }
}
