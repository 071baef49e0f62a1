import ClusterModel
import ExperimentModel
import Statistics
import Testing

@Suite struct RunTests {
  @Test func `an event takes at most 8 bytes`() {
    #expect(MemoryLayout<Event>.stride <= 8)
  }

  @Test func `20,000 requests on weights 1, 2, 3 are split 3333, 6667 and 10000`() {
    let result = Simulation(Sample.threeWeighted()).run()
    #expect(result.backends.map(\.picked) == [3_333, 6_667, 10_000])
    #expect(result.backends.map(\.succeeded) == [3_333, 6_667, 10_000])
    #expect(result.requests.succeeded == 20_000)
  }

  @Test func `the same seed gives the same result, another seed another`() {
    let first = Simulation(Sample.threeWeighted(requests: 2_000)).run()
    let second = Simulation(Sample.threeWeighted(requests: 2_000)).run()
    let other = Simulation(Sample.threeWeighted(requests: 2_000, seed: 2)).run()
    #expect(first.latency == second.latency && first.events == second.events)
    #expect(first.simulatedSeconds == second.simulatedSeconds)
    #expect(first.latency != other.latency)
  }

  @Test func `two strategies meet the same arrivals and the same work`() {
    // With one backend for every request, all strategies are the same run.
    let results = StrategyCatalog.cards.map { card in
      var topology = Sample.threeWeighted(requests: 500, strategy: card.name)
      topology.backends = [topology.backends[1]]
      return Simulation(topology).run()
    }
    #expect(Set(results.map(\.latency)).count == 1)
  }

  @Test func `every request ends in exactly one outcome, whatever happens to it`() {
    var timeouts = 0
    var refusals = 0
    var badGateways = 0
    for seed in UInt64(1)...60 {
      let result = Simulation(Self.troubled(seed: seed)).run()
      let requests = result.requests
      let failures = result.failures
      #expect(requests.issued == requests.succeeded + requests.failed + requests.unfinished)
      #expect(
        requests.failed == failures.status502 + failures.status503 + failures.status504
          + failures.clientTimeout + failures.connection)
      #expect(requests.succeeded == result.backends.reduce(0) { $0 + $1.succeeded })
      #expect(result.backends.reduce(0) { $0 + $1.picked } <= requests.issued)
      #expect(result.latency.count <= requests.succeeded)
      timeouts += failures.clientTimeout
      refusals += failures.connection
      badGateways += failures.status502
    }
    // The systems are troubled enough to meet each kind of failure.
    #expect(timeouts > 0 && refusals > 0 && badGateways > 0)
  }

  /// A small overloaded system, drawn from a seed: time-outs, full backlogs, runs cut off.
  static func troubled(seed: UInt64) -> Topology {
    let isMessage = seed % 3 == 0
    let latencies: [Distribution] = [
      .constant(.milliseconds(1)), .exponential(mean: .milliseconds(2)), .constant(.zero),
    ]
    let open = ClientGroup(
      name: "open",
      workload: .open(
        OpenLoop(rate: Rate(perSecond: 150), arrivals: .poisson, extent: .requests(400))),
      timeout: seed % 2 == 0 ? .milliseconds(Int(20 * seed)) : nil)
    let closed = ClientGroup(
      name: "closed",
      workload: .closed(
        ClosedLoop(
          concurrency: 10, extent: .requests(300),
          think: seed % 4 == 0 ? .exponential(mean: .milliseconds(5)) : nil)),
      start: .milliseconds(100), keepalive: seed % 5 == 0, timeout: .milliseconds(150))
    return Topology(
      name: "troubled", clients: [open, closed],
      balancer: Balancer(
        like: seed % 2 == 0 ? .nginx : .ideal, strategy: StrategyChoice("random")),
      backends: (0..<3).map {
        Backend(
          name: "b\($0)", cpus: $0 == 0 ? Cores(0.2) : nil, workers: .count($0 + 1),
          backlog: Int(seed % 4) * 5,
          service: Service(cpu: .hyperexponential(mean: .milliseconds(20), cv2: 3)))
      },
      network: Network(
        transport: isMessage ? .message : .tcp,
        links: [
          Link(from: .clients, to: .balancer, latency: latencies[Int(seed % 3)]),
          Link(from: .backends, to: .balancer, latency: latencies[Int(seed / 3 % 3)]),
        ]),
      run: RunSettings(
        seed: seed, warmup: seed % 6 == 0 ? .seconds(1) : .zero,
        duration: seed % 7 == 0 ? .seconds(3) : nil))
  }

  @Test func `a constant delay without events is the same as one with events`() {
    // A uniform distribution of no width is the same delay, but each hop of it is an event.
    func topology(_ delay: (Int) -> Distribution, seed: UInt64) -> Topology {
      var topology = Sample.threeWeighted(
        requests: 3_000, concurrency: 20, seed: seed, strategy: "least-connections",
        timeout: .milliseconds(300))
      topology.network.links = [
        Link(from: .clients, to: .balancer, latency: delay(500)),
        Link(from: .balancer, to: .backends, latency: delay(200)),
      ]
      topology.run.warmup = .seconds(1)
      return topology
    }
    for seed in UInt64(1)...5 {
      let fast = Simulation(topology({ .constant(.microseconds($0)) }, seed: seed)).run()
      let slow = Simulation(
        topology({ .uniform(from: .microseconds($0), to: .microseconds($0)) }, seed: seed)
      ).run()
      #expect(fast.latency == slow.latency && fast.requests == slow.requests)
      #expect(fast.backends.map(\.picked) == slow.backends.map(\.picked))
      #expect(fast.backends.map(\.response) == slow.backends.map(\.response))
      #expect(fast.failures == slow.failures && fast.failures.clientTimeout > 0)
      #expect(fast.events < slow.events)
    }
  }

  /// Two clients of one backend with one worker and no room to wait.
  static func crowded(cpu: Duration, transport: Transport = .tcp) -> RunResult {
    Simulation(
      Topology(
        name: "crowded",
        clients: [
          ClientGroup(
            name: "c", workload: .closed(ClosedLoop(concurrency: 2, extent: .requests(2))))
        ],
        balancer: Balancer(strategy: StrategyChoice("round-robin")),
        backends: [
          Backend(
            name: "b", workers: .count(1), backlog: 0, service: Service(cpu: .constant(cpu)))
        ],
        network: Network(transport: transport))
    ).run()
  }

  @Test func `a connection to a full backlog is tried again after 1, 3, 7 and 15 seconds`() {
    #expect(Self.crowded(cpu: .milliseconds(500)).latency.max == 1_500_000_000)
    #expect(Self.crowded(cpu: .milliseconds(1_500)).latency.max == 4_500_000_000)
    #expect(Self.crowded(cpu: .milliseconds(8_000)).latency.max == 23_000_000_000)
  }

  @Test func `nginx answers 504 when no connection, or no answer, was had in a minute`() {
    #expect(Self.crowded(cpu: .seconds(59)).failures.status504 == 1)
    #expect(Self.crowded(cpu: .seconds(100)).failures.status504 == 2)
  }

  @Test func `without a transport a full backlog refuses at once, which nginx answers with 502`() {
    let result = Self.crowded(cpu: .seconds(1), transport: .message)
    #expect(result.requests.succeeded == 1 && result.failures.status502 == 1)
    #expect(result.simulatedSeconds == 1)
  }

  @Test func `a run with a duration is cut off there`() {
    var topology = Sample.threeWeighted()
    topology.run.duration = .seconds(10)
    let result = Simulation(topology).run()
    #expect(result.simulatedSeconds == 10)
    #expect(result.requests.unfinished == 100)
  }

  @Test func `progress grows to nearly one`() {
    var seen: [Double] = []
    _ = Simulation(Sample.threeWeighted(requests: 200_000)).run { seen.append($0) }
    #expect(seen.count > 3 && seen == seen.sorted() && seen.allSatisfy { (0...1).contains($0) })
  }

  @Test func `one client on an idle system waits for the network and its own work alone`() {
    var topology = Sample.threeWeighted(requests: 100, concurrency: 1)
    topology.backends = [
      Backend(name: "b", service: Service(cpu: .constant(.milliseconds(7))))
    ]
    let result = Simulation(topology).run()
    // Two connections are opened: 3 · 0.5 + 3 · 0.2 there, 0.2 + 0.5 back, and 7 ms of work.
    #expect(result.latency.max == 9_800_000 && result.latency.mean == 9_800_000)
    // Without the client's share of it, at the balancer: 0.6 + 7 + 0.2.
    #expect(result.backends[0].response.mean == 7_800_000)
  }

  @Test func `a kept connection is opened once`() {
    var topology = Sample.threeWeighted(requests: 100, concurrency: 1)
    topology.clients[0].keepalive = true
    topology.backends = [Backend(name: "b", service: Service(cpu: .constant(.milliseconds(7))))]
    let result = Simulation(topology).run()
    #expect(result.latency.max == 9_800_000)
    #expect(result.latency.percentile(50) < 8_801_000 * (1 + result.latency.relativeError))
  }

  @Test func `a client that gives up is told so after its time-out, and the work goes on`() {
    var topology = Sample.threeWeighted(requests: 1, concurrency: 1, timeout: .milliseconds(5))
    topology.backends = [Backend(name: "b", service: Service(cpu: .constant(.seconds(2))))]
    let result = Simulation(topology).run()
    #expect(result.failures.clientTimeout == 1 && result.requests.failed == 1)
    #expect(result.simulatedSeconds > 2)
  }
}
