import ClusterModel
import ExperimentModel
import SimulationEngine
import Statistics
import Testing

@Suite struct ForesightTests {
  @Test func `what is foreseen is what the events say, figure by figure`() {
    var foreseen = 0
    for seed in UInt64(1)...80 {
      let topology = Self.system(seed: seed)
      let short = Simulation(topology).run()
      let full = Simulation(topology).runEventByEvent()
      if short.events < full.events { foreseen += 1 }
      #expect(short.requests == full.requests, "seed \(seed)")
      #expect(short.failures == full.failures, "seed \(seed)")
      #expect(short.latency == full.latency, "seed \(seed)")
      #expect(short.simulatedSeconds == full.simulatedSeconds, "seed \(seed)")
      #expect(short.throughputPerSecond == full.throughputPerSecond, "seed \(seed)")
      for (a, b) in zip(short.backends, full.backends) {
        #expect(a.picked == b.picked && a.share == b.share && a.succeeded == b.succeeded)
        #expect(a.response == b.response, "seed \(seed)")
        #expect(abs(a.utilization - b.utilization) < 1e-9, "seed \(seed)")
        #expect(abs(a.queueMean - b.queueMean) < 1e-9 * max(1, b.queueMean), "seed \(seed)")
      }
    }
    // Most systems are foreseeable to their end; the others meet a time-out or a full backlog.
    #expect((50..<80).contains(foreseen))
  }

  @Test func `every strategy that says that it ignores answers does`() {
    for card in StrategyCatalog.cards {
      var topology = Self.system(seed: 7)
      topology.balancer.strategy = StrategyChoice(card.name)
      let short = Simulation(topology).run()
      let full = Simulation(topology).runEventByEvent()
      #expect(short.latency == full.latency, "\(card.name)")
      #expect(short.backends.map(\.picked) == full.backends.map(\.picked), "\(card.name)")
    }
  }

  @Test func `a strategy that looks at answers knows each of them in time`() {
    var foreseen = 0
    for (place, card) in StrategyCatalog.cards.enumerated() {
      for isConstant in [false, true] {
        var topology = Self.system(seed: UInt64(place + 1))
        topology.balancer = Balancer(like: .ideal, strategy: StrategyChoice(card.name))
        for index in topology.backends.indices {
          topology.backends[index].workers = .count(1)
          // Times of whole milliseconds often fall together.
          if isConstant {
            topology.backends[index].service = Service(cpu: .constant(.milliseconds(2)))
          }
        }
        let short = Simulation(topology).run()
        let full = Simulation(topology).runEventByEvent()
        if short.events < full.events { foreseen += 1 }
        #expect(short.requests == full.requests, "\(card.name)")
        #expect(short.latency == full.latency, "\(card.name)")
        for (a, b) in zip(short.backends, full.backends) {
          #expect(a.picked == b.picked && a.response == b.response, "\(card.name)")
        }
      }
    }
    // All but those that meet a time-out, a full backlog, or two things at once.
    #expect(foreseen > StrategyCatalog.cards.count * 5 / 4)
  }

  @Test func `what falls together with an answer comes in the order of the events`() {
    // Requests every millisecond, work of two: each answer meets an arrival, with and without a
    // way between them.
    for latency in [0, 250, 500, 1_000] {
      for count in 1...4 {
        var topology = Self.system(seed: 5)
        topology.network = Network(
          transport: .message,
          links: [
            Link(from: .balancer, to: .backends, latency: .constant(.microseconds(latency)))
          ])
        topology.balancer = Balancer(like: .ideal, strategy: StrategyChoice("least-connections"))
        topology.clients = [
          ClientGroup(
            name: "regular",
            workload: .open(
              OpenLoop(
                rate: Rate(perSecond: 1e3), arrivals: .constant, extent: .requests(500))))
        ]
        topology.backends = (0..<count).map {
          Backend(
            name: "b\($0)", workers: .count(1),
            service: Service(cpu: .constant(.microseconds(500 * ($0 + 2)))))
        }
        let short = Simulation(topology).run()
        let full = Simulation(topology).runEventByEvent()
        #expect(short.latency == full.latency)
        #expect(short.backends.map(\.picked) == full.backends.map(\.picked))
      }
    }
  }

  @Test func `the backlog of a foreseen run is exact`() {
    // One request more than the backlog holds comes while the first is in service.
    for backlog in [1, 2, 63, 64, 65, 200] {
      for burst in [backlog + 1, backlog + 2] {
        var topology = Self.system(seed: 3)
        topology.network = Network(transport: .message)
        topology.balancer = Balancer(like: .ideal, strategy: StrategyChoice("round-robin"))
        topology.clients = [
          ClientGroup(
            name: "burst",
            workload: .open(
              OpenLoop(
                rate: Rate(perSecond: 1e6), arrivals: .constant, extent: .requests(burst))))
        ]
        topology.backends = [
          Backend(
            name: "one", workers: .count(1), backlog: backlog,
            service: Service(cpu: .constant(.seconds(1))))
        ]
        let result = Simulation(topology).run()
        #expect(result.requests.failed == (burst > backlog + 1 ? 1 : 0))
        #expect(result.requests.succeeded == backlog + 1)
      }
    }
  }

  /// A small system of first-come first-served servers, drawn from a seed.
  private static func system(seed: UInt64) -> Topology {
    var stream = RandomStream(seed: seed, purpose: "foresight tests")
    func draw(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + Int(stream.below(UInt64(range.count)))
    }
    let backends = (0..<draw(1...6)).map { index in
      Backend(
        name: "b\(index)", weight: draw(1...3), workers: .count(draw(1...2) * draw(1...2)),
        backlog: draw(0...9) == 0 ? 3 : 4096,
        service: Service(cpu: .exponential(mean: .microseconds(draw(500...3_000)))))
    }
    let clients = (0..<draw(1...3)).map { index in
      ClientGroup(
        name: "group\(index)",
        workload: .open(
          OpenLoop(
            rate: Rate(perSecond: Double(draw(50...400))),
            arrivals: draw(0...2) == 0 ? .constant : .poisson,
            extent: draw(0...1) == 0
              ? .requests(draw(1...2_000)) : .duration(.milliseconds(draw(1...4_000))))),
        start: .milliseconds(draw(0...300)),
        timeout: draw(0...3) == 0 ? .milliseconds(draw(5...500)) : nil,
        request: RequestKind(key: .uniform(100), clientAddresses: 50))
    }
    let programs: [BalancerProgram] = [.ideal, .nginx, .haproxy, .envoy]
    let names = ["round-robin", "weighted-random", "nginx.hash", "haproxy.roundrobin", "maglev"]
    let latency = Distribution.constant(.microseconds(draw(0...900)))
    var run = RunSettings(seed: seed)
    if draw(0...1) == 0 { run.warmup = .milliseconds(draw(1...900)) }
    return Topology(
      name: "drawn", clients: clients,
      balancer: Balancer(
        like: programs[draw(0...3)], strategy: StrategyChoice(names[draw(0...4)])),
      backends: backends,
      network: Network(
        transport: draw(0...1) == 0 ? .tcp : .message,
        links: [
          Link(from: .clients, to: .balancer, latency: latency),
          Link(from: .balancer, to: .backends, latency: latency),
        ]),
      run: run)
  }
}
