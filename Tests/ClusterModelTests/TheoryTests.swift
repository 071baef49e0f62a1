import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// Simulated queues against their closed forms.
///
/// Each case runs independent replications at fixed seeds and holds the exact value against the
/// 99.9 % confidence interval of Student's t: a right simulator fails a case once in a thousand
/// choices of seeds, and these seeds are chosen once and for all.
@Suite struct TheoryTests {
  /// The quantile of Student's t with 19 degrees of freedom that leaves 0.05 % above it.
  static let studentT = 3.883

  /// Whether a mean over 20 replications agrees with an exact value.
  static func agrees(
    _ exact: Double, _ topology: (UInt64) -> Topology, _ figure: (RunResult) -> Double
  ) -> Bool {
    let values = (1...20).map { figure(Simulation(topology($0)).run()) }
    let mean = values.reduce(0, +) / 20
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 19
    let halfWidth = studentT * (variance / 20).squareRoot()
    // An interval wider than 3 % would agree with too much; a server that is idle once in a million
    // seconds may never be so in all of the runs.
    return abs(mean - exact) <= max(halfWidth, 1e-6 * exact) && halfWidth < 0.03 * exact
  }

  /// A queue with service of mean 1 s, warmed up for a tenth of its requests.
  static func queue(
    load: Double, servers: Int = 1, cpu: Distribution = .exponential(mean: .seconds(1)),
    workers: Workers? = nil, cores: Cores? = nil, requests: Int = 60_000, seed: UInt64
  ) -> Topology {
    let rate = load * Double(servers)
    return Sample.queue(
      Sample.open(rate, requests: requests), cpu: cpu, workers: workers ?? .count(servers),
      cores: cores, seed: seed, warmup: .seconds(Int(Double(requests) / rate / 10)))
  }

  static func seconds(_ nanoseconds: Double) -> Double { nanoseconds / 1e9 }

  @Test(arguments: [0.3, 0.6, 0.8])
  func `M/M/1 has the mean and the percentiles of the exponential distribution`(load: Double) {
    // W is exponential with mean 1 / (1 − ρ).
    let mean = 1 / (1 - load)
    let topology = { (seed: UInt64) in
      Self.queue(load: load, requests: load < 0.7 ? 200_000 : 600_000, seed: seed)
    }
    #expect(Self.agrees(mean, topology) { Self.seconds($0.latency.mean) })
    #expect(Self.agrees(mean * 0.693_147, topology) { Self.seconds($0.latency.percentile(50)) })
    #expect(Self.agrees(mean * 4.605_170, topology) { Self.seconds($0.latency.percentile(99)) })
    #expect(Self.agrees(load, topology) { $0.backends[0].utilization })
    #expect(Self.agrees(load * load / (1 - load), topology) { $0.backends[0].queueMean })
  }

  @Test(arguments: [(2, 0.7), (5, 0.8), (20, 0.9)])
  func `M/M/c waits as Erlang's C formula says`(servers: Int, load: Double) {
    let offered = load * Double(servers)
    var blocking = 1.0
    for server in 1...servers {
      blocking = offered * blocking / (Double(server) + offered * blocking)
    }
    let waits = blocking / (1 - load * (1 - blocking))
    let mean = 1 + waits / (Double(servers) * (1 - load))
    let topology = { (seed: UInt64) in
      Self.queue(load: load, servers: servers, requests: 200_000, seed: seed)
    }
    #expect(Self.agrees(mean, topology) { Self.seconds($0.latency.mean) })
  }

  @Test(arguments: [0.5, 0.8])
  func `M/D/1 waits half as long as M/M/1`(load: Double) {
    let topology = { (seed: UInt64) in
      Self.queue(load: load, cpu: .constant(.seconds(1)), seed: seed)
    }
    #expect(
      Self.agrees(1 + load / (2 * (1 - load)), topology) { Self.seconds($0.latency.mean) })
  }

  @Test func `M/G/1 waits as Pollaczek and Khinchine say`() {
    let load = 0.6
    let mean = 1 + load * (1 + 4) / (2 * (1 - load))
    let topology = { (seed: UInt64) in
      Self.queue(
        load: load, cpu: .hyperexponential(mean: .seconds(1), cv2: 4), requests: 120_000,
        seed: seed)
    }
    #expect(Self.agrees(mean, topology) { Self.seconds($0.latency.mean) })
  }

  @Test(arguments: [
    Distribution.constant(.seconds(1)), .exponential(mean: .seconds(1)),
    .hyperexponential(mean: .seconds(1), cv2: 4),
  ])
  func `one core shared by all requests does not feel the service distribution`(
    cpu: Distribution
  ) {
    // M/G/1 with processor sharing is insensitive: W = 1 / (1 − ρ) for every distribution.
    let topology = { (seed: UInt64) in
      Self.queue(
        load: 0.7, cpu: cpu, workers: .unlimited, cores: Cores(1), requests: 100_000, seed: seed)
    }
    #expect(Self.agrees(1 / (1 - 0.7), topology) { Self.seconds($0.latency.mean) })
  }

  @Test func `a server with no room to wait turns away what Erlang's B formula says`() {
    let offered = 8.0
    var blocking = 1.0
    for server in 1...10 { blocking = offered * blocking / (Double(server) + offered * blocking) }
    let topology = { (seed: UInt64) in
      Sample.queue(
        Sample.open(offered, requests: 60_000), cpu: .exponential(mean: .seconds(1)),
        workers: .count(10), backlog: 0, seed: seed)
    }
    #expect(
      Self.agrees(blocking, topology) {
        Double($0.failures.connection) / Double($0.requests.issued)
      })
  }

  @Test func `a closed loop obeys mean value analysis`() {
    // One server, 5 clients, think time 4 s: the machine repairman model.
    var queue = 0.0
    var throughput = 0.0
    for clients in 1...5 {
      let response = 1 + queue
      throughput = Double(clients) / (response + 4)
      queue = throughput * response
    }
    let topology = { (seed: UInt64) in
      Sample.queue(
        ClientGroup(
          name: "load",
          workload: .closed(
            ClosedLoop(
              concurrency: 5, extent: .requests(60_000),
              think: .exponential(mean: .seconds(4))))),
        cpu: .exponential(mean: .seconds(1)), seed: seed, warmup: .seconds(1_000))
    }
    #expect(Self.agrees(throughput, topology) { $0.throughputPerSecond })
    #expect(Self.agrees(queue / throughput, topology) { Self.seconds($0.latency.mean) })
  }

  @Test func `three weighted queues behind smooth round robin have the exact mean of MAP/M/1`() {
    let topology = { (seed: UInt64) in
      Topology(
        name: "m2",
        clients: [Sample.open(600, requests: 400_000)],
        balancer: Balancer(like: .ideal, strategy: StrategyChoice("nginx.weighted-round-robin")),
        backends: [(1, 8.0), (2, 4), (3, 8.0 / 3)].enumerated().map { index, each in
          Backend(
            name: "b\(index)", weight: each.0, workers: .count(1), backlog: 1_000_000,
            service: Service(cpu: .exponential(mean: Sample.milliseconds(each.1))))
        },
        network: Network(
          transport: .message,
          links: [
            Link(from: .clients, to: .balancer, latency: .constant(.microseconds(500))),
            Link(from: .balancer, to: .backends, latency: .constant(.microseconds(200))),
          ]),
        run: RunSettings(seed: seed, warmup: .seconds(60)))
    }
    #expect(Self.agrees(15.3090, topology) { $0.latency.mean / 1e6 })
    #expect(Self.agrees(10.4232, topology) { $0.latency.percentile(50) / 1e6 })
    #expect(Self.agrees(75.8039, topology) { $0.latency.percentile(99) / 1e6 })
  }
}
