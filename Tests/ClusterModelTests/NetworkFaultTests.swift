import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// What faults and links do to messages.
@Suite struct NetworkFaultTests {
  /// Two backends of 4 ms behind a balancer, ten requests a second that never meet.
  static func topology(
    _ faults: [ScheduledFault] = [], like: BalancerProgram = .ideal, requests: Int = 100,
    rate: Double = 10, timeout: Duration? = nil, transport: Transport = .tcp,
    loss: Double = 0, bandwidth: Double? = nil, seed: UInt64 = 1
  ) -> Topology {
    Topology(
      name: "network",
      clients: [Sample.open(rate, .constant, requests: requests, timeout: timeout)],
      balancer: Balancer(like: like, strategy: StrategyChoice("round-robin")),
      backends: (1...2).map {
        Backend(name: "back-0\($0)", service: Service(cpu: .constant(.milliseconds(4))))
      },
      network: Network(
        transport: transport,
        links: [
          Link(
            from: .clients, to: .balancer, latency: .constant(.milliseconds(1)),
            loss: Ratio(loss), bandwidth: bandwidth.map { Bandwidth(bitsPerSecond: $0) }),
          Link(from: .balancer, to: .backends, latency: .constant(.milliseconds(1))),
        ]),
      faults: faults, run: RunSettings(seed: seed))
  }

  static func delay(
    _ target: String, by milliseconds: Int, direction: PacketFilter.Direction = .egress,
    peers: [String] = []
  ) -> ScheduledFault {
    ScheduledFault(
      at: .zero,
      .impair(
        .delay(PacketDelay(by: .milliseconds(milliseconds))),
        PacketFilter(direction: direction, peers: peers)),
      targets: .names([target]), duration: .seconds(1_000))
  }

  static func drop(_ target: String, _ rate: Double, at: Int = 0) -> ScheduledFault {
    ScheduledFault(
      at: .seconds(at), .impair(.drop(.random(Likelihood(rate: Ratio(rate)))), PacketFilter()),
      targets: .names([target]))
  }

  static func cut(
    _ target: String, from others: [String], at: Int, for seconds: Int, isOneWay: Bool = false
  ) -> ScheduledFault {
    ScheduledFault(
      at: .seconds(at), .partition(from: others, isOneWay: isOneWay), targets: .names([target]),
      duration: .seconds(seconds))
  }

  /// The response times of the two backends, in milliseconds.
  static func responses(_ topology: Topology) -> [Double] {
    Simulation(topology).run().backends.map { ($0.response.mean / 1e5).rounded() / 10 }
  }

  @Test func `a path of wires on which nothing happens is the same as one without`() {
    for like in [BalancerProgram.ideal, .nginx, .haproxy] {
      for transport in [Transport.tcp, .message] {
        let plain = Simulation(
          Self.topology(like: like, requests: 2_000, rate: 800, transport: transport)
        ).run()
        let late = ScheduledFault(
          at: .seconds(100), .impair(.drop(.random(Likelihood(rate: Ratio(1)))), PacketFilter()),
          targets: .names(["load", "balancer", "back-01", "back-02"]))
        let wired = Simulation(
          Self.topology([late], like: like, requests: 2_000, rate: 800, transport: transport)
        ).run()
        #expect(plain.latency == wired.latency && plain.requests == wired.requests)
        #expect(plain.backends.map(\.response) == wired.backends.map(\.response))
        #expect(wired.events > plain.events)
      }
    }
  }

  @Test func `a delay is felt in its direction, and delays add up`() {
    // A pick and its answer take 1 + 4 + 1 ms.
    #expect(Self.responses(Self.topology()) == [6, 6])
    #expect(Self.responses(Self.topology([Self.delay("back-02", by: 100)])) == [6, 106])
    #expect(
      Self.responses(Self.topology([Self.delay("back-02", by: 100, direction: .both)]))
        == [6, 206])
    #expect(
      Self.responses(
        Self.topology([Self.delay("back-02", by: 100), Self.delay("back-02", by: 50)]))
        == [6, 156])
    #expect(
      Self.responses(Self.topology([Self.delay("balancer", by: 100, peers: ["back-01"])]))
        == [106, 6])
    // nginx opens a connection: SYN and request go there, SYN-ACK and answer come back.
    let opening = Self.topology([Self.delay("back-02", by: 100, direction: .both)], like: .nginx)
    #expect(Self.responses(opening) == [8, 408])
  }

  @Test func `each of several balancers may have links and faults of its own`() {
    var topology = Self.topology(requests: 200)
    topology.balancers = ["east", "west"].map {
      Balancer(name: $0, like: .ideal, strategy: StrategyChoice("round-robin"))
    }
    #expect(Self.responses(topology) == [6, 6])
    // Every other request goes through the west.
    topology.network.links.append(
      Link(from: .named("west"), to: .named("back-02"), latency: .constant(.milliseconds(11))))
    #expect(Self.responses(topology) == [6, 16])
    topology.network.sites = ["west": "far"]
    topology.network.links.append(
      Link(from: .site("far"), to: .backends, latency: .constant(.milliseconds(3))))
    #expect(Self.responses(topology) == [8, 16])
    topology.network.links.removeLast(2)
    topology.faults = [Self.delay("east", by: 10)]
    #expect(Self.responses(topology) == [11, 11])
    topology.faults = [Self.delay("back-01", by: 10, peers: ["west"])]
    #expect(Self.responses(topology) == [11, 6])
    topology.faults = [Self.delay("balancer", by: 10)]
    #expect(Self.responses(topology) == [16, 16])
    topology.faults = [Self.cut("west", from: ["back-01"], at: 0, for: 1_000)]
    topology.network.transport = .message
    let cut = Simulation(topology).run()
    #expect(cut.backends.map(\.succeeded) == [50, 100] && cut.requests.unfinished == 50)
  }

  @Test func `jitter keeps the mean, and reordered packets overtake the delay`() {
    let jitters = PacketDelay.Shape.allCases.map { shape in
      ScheduledFault(
        at: .zero,
        .impair(
          .delay(
            PacketDelay(
              by: .milliseconds(100), jitter: .milliseconds(10), distribution: shape)),
          PacketFilter()),
        targets: .names(["back-01"]))
    }
    for jitter in jitters {
      let result = Simulation(Self.topology([jitter], requests: 20_000, rate: 1_000)).run()
      // The deviation of the mean of 10,000 draws is at most 0.12 ms.
      #expect(abs(result.backends[0].response.mean / 1e6 - 106) < 0.5)
      #expect(result.backends[0].response.percentile(99) > 113_000_000)
    }
    let reorder = ScheduledFault(
      at: .zero, .impair(.reorder(Likelihood(rate: Ratio(0.25))), PacketFilter()),
      targets: .names(["back-01"]))
    let result = Simulation(
      Self.topology([Self.delay("back-01", by: 100), reorder], requests: 20_000, rate: 1_000)
    ).run()
    #expect(abs(result.backends[0].response.mean / 1e6 - 81) < 2)
  }

  @Test func `lost packets cost the waits of TCP`() {
    // p is lost. Opening needs two packets and waits 1, 2, 4 … s; request and answer wait for
    // the round trip of 2 ms and 200 ms, doubling. A sum of q + 2 q² + 4 q³ … is q / (1 − 2 q).
    let loss = 0.02
    let opening = 1 - (1 - loss) * (1 - loss)
    let mean =
      0.010 + opening / (1 - 2 * opening) + 2 * 0.202 * loss / (1 - 2 * loss)
    let topology = { (seed: UInt64) in
      Self.topology(requests: 40_000, rate: 1_000, loss: loss, seed: seed)
    }
    // Three of four of the 10 ms are there whatever happens.
    #expect(TheoryTests.agrees(mean, topology) { $0.latency.mean / 1e9 })
  }

  @Test func `a link with a bandwidth is a queue of its own, M/D/1`() {
    // 1,024 bytes and 52 of heads at 8.608 Mbit/s take 1 ms; the answers have a way of their own.
    let load = 0.7
    let wait = load / (2 * (1 - load))
    let topology = { (seed: UInt64) in
      var topology = Self.topology(
        requests: 60_000, rate: load * 1_000, transport: .message, bandwidth: 8_608_000,
        seed: seed)
      topology.clients = [Sample.open(load * 1_000, requests: 60_000)]
      topology.clients[0].request.response = ByteCount(bytes: 1)
      return topology
    }
    // 1 ms of latency four times, 4 ms of work, 1.0 to be sent, and 0.05 for the answer.
    #expect(TheoryTests.agrees(8 + 1 + wait + 0.049, topology) { $0.latency.mean / 1e6 })
  }

  @Test func `without TCP what is lost is lost, and a client without patience notices`() {
    let lossy = Self.topology(
      [Self.drop("load", 0.1)], requests: 20_000, rate: 1_000, transport: .message)
    let result = Simulation(lossy).run()
    // 2,000 ± 4 standard deviations.
    #expect(abs(result.requests.unfinished - 2_000) < 170 && result.requests.failed == 0)
    let patient = Simulation(
      Self.topology(
        [Self.drop("back-01", 0.1)], requests: 20_000, rate: 1_000, timeout: .seconds(1),
        transport: .message)
    ).run()
    #expect(abs(patient.failures.clientTimeout - 1_000) < 120)
    #expect(patient.requests.unfinished == 0)
  }

  @Test func `behind a partition nginx finds nobody for a minute and then tries another`() {
    let topology = Self.topology(
      [Self.cut("balancer", from: ["back-02"], at: 2, for: 300)], like: .nginx)
    let result = Simulation(topology).run()
    #expect(result.requests.succeeded == 100)
    #expect(result.latency.max > 60_000_000_000 && result.latency.max < 60_100_000_000)
  }

  @Test func `a connection attempt that meets a short partition is answered after it`() {
    // SYNs of the first second in which nothing passes are sent again a second later.
    let topology = Self.topology(
      [Self.cut("back-02", from: ["balancer"], at: 2, for: 1)], like: .nginx)
    let result = Simulation(topology).run()
    #expect(result.requests.succeeded == 100)
    #expect(result.latency.max > 1_000_000_000 && result.latency.max < 1_100_000_000)
  }

  @Test func `in a one-way partition requests arrive and answers do not`() {
    let topology = Self.topology(
      [Self.cut("back-02", from: ["balancer"], at: 2, for: 300, isOneWay: true)],
      timeout: .seconds(1))
    let result = Simulation(topology).run()
    // Every second one, from that of the moment of the cut to the last.
    #expect(result.failures.clientTimeout == 41 && result.requests.succeeded == 59)
    #expect(result.backends[1].utilization > 0)
    var reverse = topology
    reverse.faults = [Self.cut("balancer", from: ["back-02"], at: 2, for: 300, isOneWay: true)]
    #expect(Simulation(reverse).run().failures.clientTimeout == 41)
  }

  @Test func `a partition without an end leaves requests unfinished, and the run ends`() {
    var topology = Self.topology([Self.drop("back-02", 1, at: 2)])
    topology.clients[0].timeout = nil
    let result = Simulation(topology).run()
    #expect(result.requests.unfinished == 41 && result.requests.succeeded == 59)
  }

  @Test(arguments: [0, 0.5, 0.9])
  func `losses keep their rate, whatever their correlation`(correlation: Double) {
    var topology = Self.topology(requests: 20_000, transport: .message)
    topology.clients[0].timeout = .milliseconds(50)
    topology.faults = [
      ScheduledFault(
        at: .zero,
        .impair(
          .drop(.random(Likelihood(rate: Ratio(0.1), correlation: Ratio(correlation)))),
          PacketFilter()), targets: .names(["balancer"]))
    ]
    let result = Simulation(topology).run()
    let answered = Double(result.requests.succeeded) / 20_000
    // A request crosses the balancer's wires twice, to the backend and back to the client.
    let independent = 0.9 * 0.9
    #expect(answered > independent - 0.04 && answered < 0.9 + 0.04, "answered \(answered)")
  }

  @Test func `nothing is lost whatever is done to the network`() {
    let kinds: [PacketImpairment] = [
      .delay(
        PacketDelay(by: .milliseconds(300), jitter: .milliseconds(200), correlation: Ratio(0.5))),
      .drop(.random(Likelihood(rate: Ratio(0.3), correlation: Ratio(0.2)))),
      .drop(
        .gilbertElliott(
          toBad: Ratio(0.05), toGood: Ratio(0.3), lossInBad: Ratio(0.9), lossInGood: Ratio(0.01))),
      .drop(
        .fourState(
          p13: Ratio(0.05), p31: Ratio(0.3), p32: Ratio(0.2), p23: Ratio(0.3), p14: Ratio(0.01))),
      .duplicate(Likelihood(rate: Ratio(0.3))), .corrupt(Likelihood(rate: Ratio(0.2))),
      .throttle(Bandwidth(bitsPerSecond: 200_000)),
    ]
    for (round, kind) in kinds.enumerated() {
      for (like, timeout) in [
        (BalancerProgram.nginx, Duration.milliseconds(400)), (.haproxy, .seconds(3)),
        (.envoy, .milliseconds(150)), (.ideal, .seconds(1)),
      ] {
        var topology = Self.topology(
          [
            ScheduledFault(
              at: .seconds(1), .impair(kind, PacketFilter(direction: .both)),
              targets: .any(1, of: ["load", "balancer", "back-01"]), duration: .seconds(2),
              every: .seconds(3), times: 3),
            Self.cut("back-02", from: ["balancer"], at: 2, for: 2, isOneWay: round % 2 == 0),
            ScheduledFault(
              at: .seconds(3), .kill(signal: "KILL", refuses: false), targets: .names(["back-01"]),
              duration: .seconds(2)),
          ], like: like, requests: 2_000, rate: 200, timeout: timeout,
          transport: round % 3 == 0 ? .message : .tcp, seed: UInt64(round + 1))
        topology.clients[0].retry = ClientRetry(
          tries: 3, backoff: Backoff(base: .milliseconds(50), jitter: .full))
        let requests = Simulation(topology).run().requests
        #expect(requests.issued == 2_000 && requests.attempts >= 2_000)
        #expect(requests.succeeded + requests.failed + requests.unfinished == 2_000)
        #expect(requests.unfinished == 0)
      }
    }
  }
}
