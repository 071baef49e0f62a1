import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// More queues against their closed forms, each at several loads: room to wait that ends, service
/// that varies much, processor sharing, and servers that stand still.
///
/// Twenty independent replications at fixed seeds give each figure; the exact value must lie within
/// the 99 % confidence interval of Student's t, and the interval within 3 % of the value.
@Suite struct QueueTheoryTests {
  /// The quantile of Student's t with 19 degrees of freedom that leaves 0.5 % above it.
  private static let studentT = 2.861

  /// Whether a mean over 20 replications agrees with an exact value.
  private static func agrees(
    _ exact: Double, _ topology: (UInt64) -> Topology, _ figure: @escaping (RunResult) -> Double
  ) -> Bool {
    agree([(exact, figure)], topology)
  }

  /// Whether the means of several figures agree with their exact values.
  private static func agree(
    _ figures: [(exact: Double, of: (RunResult) -> Double)], _ topology: (UInt64) -> Topology
  ) -> Bool {
    let results = (1...20).map { Simulation(topology($0)).run() }
    return figures.allSatisfy { figure in
      let values = results.map(figure.of)
      let mean = values.reduce(0, +) / 20
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 19
      let halfWidth = studentT * (variance / 20).squareRoot()
      return abs(mean - figure.exact) <= halfWidth && halfWidth < 0.03 * figure.exact
    }
  }

  private static func response(_ result: RunResult) -> Double { result.latency.mean / 1e9 }

  private static func refused(_ result: RunResult) -> Double {
    Double(result.failures.connection) / Double(result.requests.issued)
  }

  private static func offered(
    _ load: Double, servers: Int = 1, waiting: Int = 1_000_000, cpu: Distribution,
    requests: Int, seed: UInt64
  ) -> Topology {
    let rate = load * Double(servers)
    return Sample.queue(
      Sample.open(rate, requests: requests), cpu: cpu, workers: .count(servers),
      backlog: waiting, seed: seed, warmup: .seconds(Int(Double(requests) / rate / 20)))
  }

  private static let exponential = Distribution.exponential(mean: .seconds(1))

  /// Erlang's B formula: the share of requests that find all of so many servers busy.
  private static func erlangB(_ offered: Double, servers: Int) -> Double {
    (1...servers).reduce(1.0) { offered * $0 / (Double($1) + offered * $0) }
  }

  // MARK: First come, first served

  @Test(arguments: [(3, 0.5), (8, 0.85), (50, 0.95)])
  func `M/M/c: the response, the queue and the tail are those of Erlang's C formula`(
    servers: Int, load: Double
  ) {
    let blocking = Self.erlangB(load * Double(servers), servers: servers)
    let waits = blocking / (1 - load * (1 - blocking))
    let drain = Double(servers) * (1 - load)
    let topology = { (seed: UInt64) in
      Self.offered(
        load, servers: servers, cpu: Self.exponential, requests: load > 0.9 ? 1_000_000 : 200_000,
        seed: 100 + seed)
    }
    #expect(
      Self.agree(
        [
          (1 + waits / drain, Self.response),
          (waits * load / (1 - load), { $0.backends[0].queueMean }),
          (load, { $0.backends[0].utilization }),
        ], topology))
  }

  @Test(arguments: [0.3, 0.7, 0.9])
  func `M/D/1 at several loads`(load: Double) {
    let topology = { (seed: UInt64) in
      Self.offered(load, cpu: .constant(.seconds(1)), requests: 300_000, seed: seed)
    }
    let wait = load / (2 * (1 - load))
    #expect(
      Self.agree(
        [(1 + wait, Self.response), (load * wait, { $0.backends[0].queueMean })], topology))
  }

  @Test(arguments: [0.3, 0.6, 0.8])
  func `M/G/1 of cv² 10 waits eleven times as long as M/D/1`(
    load: Double
  ) {
    // Pollaczek and Khinchine: λ E[S²] / (2 (1 − ρ)), E[S²] = 1 + cv².
    let topology = { (seed: UInt64) in
      Self.offered(
        load, cpu: .hyperexponential(mean: .seconds(1), cv2: 10), requests: 1_000_000, seed: seed)
    }
    #expect(Self.agrees(1 + load * 11 / (2 * (1 - load)), topology, Self.response))
  }

  // MARK: Processor sharing

  @Test(arguments: [
    (0.5, Distribution.constant(.seconds(1))), (0.8, .constant(.seconds(1))),
    (0.5, .hyperexponential(mean: .seconds(1), cv2: 10)),
    (0.8, .hyperexponential(mean: .seconds(1), cv2: 10)),
  ])
  func `a shared core does not feel the service distribution at any load`(
    load: Double, cpu: Distribution
  ) {
    let topology = { (seed: UInt64) in
      Sample.queue(
        Sample.open(load, requests: 150_000), cpu: cpu, workers: .unlimited, cores: Cores(1),
        seed: seed, warmup: .seconds(10_000))
    }
    #expect(
      Self.agree(
        [(1 / (1 - load), Self.response), (load, { $0.backends[0].utilization })], topology))
  }

  @Test func `two shared cores are as good as two servers when service is exponential`() {
    // The number in the system is that of M/M/2: 1 / (1 − ρ²) on the mean.
    let topology = { (seed: UInt64) in
      Sample.queue(
        Sample.open(1.4, requests: 150_000), cpu: Self.exponential, workers: .unlimited,
        cores: Cores(2), seed: seed, warmup: .seconds(5_000))
    }
    #expect(Self.agrees(1 / (1 - 0.7 * 0.7), topology, Self.response))
  }

  // MARK: Room that ends

  @Test(arguments: [(1, 5, 0.8), (1, 5, 1.5), (1, 2, 0.5), (3, 7, 0.9), (4, 20, 1.2)])
  func `M/M/c/K turns away what its birth-death chain says, and serves the rest in its time`(
    servers: Int, capacity: Int, load: Double
  ) {
    let rate = load * Double(servers)
    var weights = [1.0]
    for number in 1...capacity {
      weights.append(weights[number - 1] * rate / Double(min(number, servers)))
    }
    let total = weights.reduce(0, +)
    let lost = weights[capacity] / total
    let present = weights.indices.reduce(0) { $0 + Double($1) * weights[$1] } / total
    let topology = { (seed: UInt64) in
      Self.offered(
        load, servers: servers, waiting: capacity - servers, cpu: Self.exponential,
        requests: 60_000, seed: seed)
    }
    #expect(
      Self.agree(
        [(lost, Self.refused), (present / (rate * (1 - lost)), Self.response)], topology))
  }

  @Test(arguments: [
    (3, 4.0, Distribution.constant(.seconds(1))), (10, 8, .constant(.seconds(1))),
    (3, 4, .hyperexponential(mean: .seconds(1), cv2: 10)),
    (10, 8, .hyperexponential(mean: .seconds(1), cv2: 10)),
  ])
  func `M/G/c/c loses what Erlang's B formula says, whatever the service is like`(
    servers: Int, offered: Double, cpu: Distribution
  ) {
    let topology = { (seed: UInt64) in
      Self.offered(
        offered / Double(servers), servers: servers, waiting: 0, cpu: cpu, requests: 80_000,
        seed: seed)
    }
    #expect(Self.agrees(Self.erlangB(offered, servers: servers), topology, Self.refused))
  }

  // MARK: Breakdowns

  /// The mean response of M/M/1 whose server stands still for `down` of each `cycle`, and goes on
  /// where it stopped; all in units of the mean service.
  ///
  /// With the unfinished work V, the drift of V² in steady state is zero:
  /// λ E[S²] + 2 ρ E[V] = 2 E[V; up], so E[V; down] = (1 − ρ) E[V] − λ E[S²] / 2. While the server
  /// is down V grows from v₀ at the rate ρ, so E[V; down] = down / cycle · (v₀ + ρ down / 2); after
  /// a long time up, v₀ is the mean of M/M/1. A request that comes while it is down waits for the
  /// rest of that, too, down / 2 on average, and one that is there when it breaks down waits for
  /// all of it: ρ / (1 − ρ) of them each cycle.
  private static func responseWithBreakdowns(
    load: Double, down: Double, cycle: Double
  ) -> Double {
    let work = load / (1 - load)
    let share = down / cycle
    let meanWork = (load + share * (work + load * down / 2)) / (1 - load)
    let caught = work * down / (load * cycle)
    return meanWork + 1 + share * down / 2 + caught
  }

  @Test(arguments: [(0.5, 20, 400), (0.7, 20, 800), (0.3, 60, 300)])
  func `a server that breaks down and is repaired holds up those whom it should`(
    load: Double, down: Int, cycle: Int
  ) {
    let requests = 150_000
    let pauses = ScheduledFault(
      at: .seconds(cycle / 2), .pause, targets: .names(["server"]), duration: .seconds(down),
      every: .seconds(cycle), times: Int(Double(requests) / load) / cycle + 2)
    let topology = { (seed: UInt64) in
      var topology = Self.offered(load, cpu: Self.exponential, requests: requests, seed: seed)
      topology.faults = [pauses]
      return topology
    }
    let exact = Self.responseWithBreakdowns(
      load: load, down: Double(down), cycle: Double(cycle))
    #expect(Self.agrees(exact, topology, Self.response))
  }
}
