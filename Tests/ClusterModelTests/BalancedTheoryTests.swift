import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// Several simulated queues behind a balancer against exact results, by the intervals of
/// `TheoryTests`.
@Suite struct BalancedTheoryTests {
  /// Servers with exponential service of these means, in seconds.
  static func servers(
    _ means: [Double], _ clients: ClientGroup, strategy: String, cores: Cores? = nil,
    seed: UInt64, warmup: Duration = .zero, duration: Duration? = nil
  ) -> Topology {
    Topology(
      name: "servers", clients: [clients],
      balancer: Balancer(like: .ideal, strategy: StrategyChoice(strategy)),
      backends: means.enumerated().map { place, mean in
        Backend(
          name: "s\(place)", cores: cores, workers: cores == nil ? .count(1) : .unlimited,
          backlog: 1_000_000,
          service: Service(cpu: .exponential(mean: Sample.milliseconds(mean * 1_000))))
      },
      network: Network(transport: .message),
      run: RunSettings(seed: seed, warmup: warmup, duration: duration))
  }

  @Test(arguments: [(4, false), (10, false), (30, false), (10, true)])
  func `a closed network of two servers obeys mean value analysis`(
    clients: Int, sharesProcessor: Bool
  ) {
    // M. Reiser and S. S. Lavenberg, "Mean-value analysis of closed multichain queuing networks",
    // J. ACM 27 (1980): half of the visits to each, 2 s of thinking.
    let means = [1.0, 0.5]
    var queues = [0.0, 0.0]
    var throughput = 0.0
    for count in 1...clients {
      let responses = zip(means, queues).map { $0 * (1 + $1) }
      throughput = Double(count) / (2 + (responses[0] + responses[1]) / 2)
      queues = responses.map { throughput / 2 * $0 }
    }
    let response = (queues[0] + queues[1]) / throughput
    let topology = { (seed: UInt64) in
      Self.servers(
        means,
        ClientGroup(
          name: "load",
          workload: .closed(
            ClosedLoop(
              concurrency: clients, extent: .untilRunEnds,
              think: .exponential(mean: .seconds(2))))),
        strategy: "random", cores: sharesProcessor ? Cores(1) : nil, seed: seed,
        warmup: .seconds(500), duration: .seconds(40_000))
    }
    #expect(TheoryTests.agrees(throughput, topology) { $0.throughputPerSecond })
    #expect(TheoryTests.agrees(response, topology) { $0.latency.mean / 1e9 })
    #expect(TheoryTests.agrees(throughput / 2, topology) { $0.backends[0].utilization })
    #expect(TheoryTests.agrees(throughput / 4, topology) { $0.backends[1].utilization })
  }

  /// Poisson arrivals at equal servers of mean 1 s.
  static func open(
    _ count: Int, load: Double, strategy: String, requests: Int = 150_000,
    timeout: Duration? = nil
  ) -> (UInt64) -> Topology {
    { seed in
      let rate = load * Double(count)
      return servers(
        Array(repeating: 1, count: count), Sample.open(rate, requests: requests, timeout: timeout),
        strategy: strategy, seed: seed, warmup: .seconds(Int(Double(requests) / rate / 10)))
    }
  }

  @Test(arguments: [0.4, 0.7])
  func `splitting at random makes each server M/M/1`(load: Double) {
    #expect(
      TheoryTests.agrees(1 / (1 - load), Self.open(5, load: load, strategy: "random")) {
        $0.latency.mean / 1e9
      })
  }

  @Test(arguments: [(2, 0.8), (5, 0.6), (5, 0.8)])
  func `splitting in turn makes each server E_n/M/1`(count: Int, load: Double) {
    // σ = A*(1 − σ) with the transform of n exponential gaps; W = 1 / (1 − σ) (L. Kleinrock,
    // "Queueing Systems I", 1975, section 6.4).
    let rate = load * Double(count)
    var sigma = load
    for _ in 0..<1_000 {
      let transform = rate / (rate + 1 - sigma)
      sigma = (0..<count).reduce(1) { product, _ in product * transform }
    }
    #expect(
      TheoryTests.agrees(
        1 / (1 - sigma), Self.open(count, load: load, strategy: "round-robin")
      ) { $0.latency.mean / 1e9 })
  }

  @Test(arguments: [(2, 0.5), (2, 0.8), (3, 0.8), (4, 0.7)])
  func `the better of two different servers is as good as its Markov chain says`(
    count: Int, load: Double
  ) {
    // With two servers this is joining the shorter queue.
    let chain = SortedQueues(servers: count, choices: 2, load: load)
    #expect(
      TheoryTests.agrees(
        chain.meanResponse(), Self.open(count, load: load, strategy: "power-of-two")
      ) { $0.latency.mean / 1e9 })
  }

  @Test func `joining the shortest of three queues is as good as its Markov chain says`() {
    let chain = SortedQueues(servers: 3, choices: 3, load: 0.8)
    #expect(
      TheoryTests.agrees(
        chain.meanResponse(), Self.open(3, load: 0.8, strategy: "join-shortest-queue")
      ) { $0.latency.mean / 1e9 })
  }

  @Test(arguments: [(1.0, 0.606_531), (2.5, 0.286_505), (6.0, 0.049_787)])
  func `clients give up as often as an M/M/1 queue takes longer than they wait`(
    patience: Double, late: Double
  ) {
    // The work of a client that has left goes on, so that the queue does not feel it: W is
    // exponential with mean 1 / (1 − ρ) = 2.
    let timeout = Sample.milliseconds(patience * 1_000)
    #expect(
      TheoryTests.agrees(
        late, Self.open(1, load: 0.5, strategy: "random", requests: 300_000, timeout: timeout)
      ) { Double($0.failures.clientTimeout) / Double($0.requests.issued) })
  }
}

/// The Markov chain of equal exponential servers of which each arrival sees `choices` different
/// ones and joins the shortest queue among them.
///
/// A state is the sorted lengths of the queues, cut off where it hardly ever is.
private struct SortedQueues {
  let rate: Double
  private let states: [[Int]]
  private let places: [[Int]: Int]
  /// How likely an arrival joins the queue of each rank: the others it sees are longer.
  private let ranks: [Double]

  init(servers: Int, choices: Int, load: Double) {
    rate = load * Double(servers)
    let longest = servers == 2 ? 60 : servers == 3 ? 30 : 18
    var states: [[Int]] = [[]]
    for _ in 0..<servers {
      states = states.flatMap { state in ((state.last ?? 0)...longest).map { state + [$0] } }
    }
    self.states = states
    places = Dictionary(uniqueKeysWithValues: states.enumerated().map { ($1, $0) })
    func combinations(_ n: Int, _ k: Int) -> Double {
      k > n ? 0 : (0..<k).reduce(1) { $0 * Double(n - $1) / Double($1 + 1) }
    }
    ranks = (0..<servers).map {
      combinations(servers - 1 - $0, choices - 1) / combinations(servers, choices)
    }
  }

  /// The mean time in the system, by Little's law from the stationary distribution.
  func meanResponse() -> Double {
    let pace = rate + Double(ranks.count)
    var moves: [(from: Int, to: Int, chance: Double)] = []
    for (from, state) in states.enumerated() {
      for rank in state.indices {
        var more = state
        more[rank] += 1
        more.sort()
        if let to = places[more] { moves.append((from, to, rate * ranks[rank] / pace)) }
        if state[rank] > 0 {
          var less = state
          less[rank] -= 1
          less.sort()
          if let to = places[less] { moves.append((from, to, 1 / pace)) }
        }
      }
    }
    let sizes = states.map { Double($0.reduce(0, +)) }
    var shares = Array(repeating: 0.0, count: states.count)
    shares[0] = 1
    var mean = 0.0
    for step in 1...20_000 {
      var next = shares
      for move in moves {
        let flow = shares[move.from] * move.chance
        next[move.from] -= flow
        next[move.to] += flow
      }
      shares = next
      guard step.isMultiple(of: 500) else { continue }
      let before = mean
      mean = zip(shares, sizes).reduce(0) { $0 + $1.0 * $1.1 }
      if abs(mean - before) < 1e-7 { break }
    }
    return mean / rate
  }
}
