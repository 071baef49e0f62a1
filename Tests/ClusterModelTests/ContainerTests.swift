import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// Backends that are containers: their stages, memory, errors, starts and health checks.
@Suite struct ContainerTests {
  /// One backend behind an ideal balancer in a network without delay.
  static func topology(
    _ backend: Backend, rate: Double = 10, requests: Int = 1_000, arrivals: ArrivalProcess,
    faults: [ScheduledFault] = [], like: BalancerProgram = .ideal, seed: UInt64 = 1
  ) -> Topology {
    Topology(
      name: "container", clients: [Sample.open(rate, arrivals, requests: requests)],
      balancer: Balancer(like: like, strategy: StrategyChoice("round-robin")),
      backends: [backend], network: Network(transport: .message), faults: faults,
      run: RunSettings(seed: seed))
  }

  static func run(
    _ backend: Backend, rate: Double = 10, requests: Int = 1_000,
    arrivals: ArrivalProcess = .constant, faults: [ScheduledFault] = []
  ) -> RunResult {
    Simulation(
      topology(backend, rate: rate, requests: requests, arrivals: arrivals, faults: faults)
    ).run()
  }

  static func mebibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 20) }
  static func ms(_ value: Int) -> Distribution { .constant(.milliseconds(value)) }

  // MARK: Stages

  @Test func `a request goes through its stages one after the other and holds its worker`() {
    let stages = Service(stages: [.cpu(Self.ms(20)), .io(Self.ms(100)), .cpu(Self.ms(30))])
    let alone = Self.run(Backend(name: "b", workers: .count(1), service: stages), rate: 5)
    #expect(alone.latency.max == 150_000_000 && alone.latency.mean == 150_000_000)
    // 150 ms of each 200 ms the worker is taken, 50 ms of them on the CPU.
    #expect(abs(alone.backends[0].utilization - 0.25) < 0.001)
    // Two that come together: the second waits for the worker, or shares the CPU where it can.
    func slowest(_ workers: Workers, cores: Double) -> Int {
      var topology = Self.topology(
        Backend(name: "b", cores: Cores(cores), workers: workers, service: stages),
        arrivals: .constant)
      topology.clients = [
        ClientGroup(
          name: "c", workload: .closed(ClosedLoop(concurrency: 2, extent: .requests(2))))
      ]
      return Simulation(topology).run().latency.max
    }
    #expect(slowest(.count(1), cores: 1) == 300_000_000)
    // Shared: both done with the first at 40, waiting until 140, sharing the third until 200.
    #expect(slowest(.count(2), cores: 1) == 200_000_000)
    #expect(slowest(.count(2), cores: 2) == 150_000_000)
  }

  @Test func `a loop of events runs CPU work to its end, and does other work during waits`() {
    let stages = Service(stages: [.cpu(Self.ms(20)), .io(Self.ms(100)), .cpu(Self.ms(30))])
    var topology = Self.topology(
      Backend(name: "b", server: .eventLoop, service: stages), arrivals: .constant)
    topology.clients = [
      ClientGroup(name: "c", workload: .closed(ClosedLoop(concurrency: 2, extent: .requests(2))))
    ]
    let result = Simulation(topology).run()
    // The first: 20, waiting until 120, done at 150. The second: 40, until 140, its turn at 150.
    #expect(result.latency.mean == 165_000_000 && result.latency.max == 180_000_000)
  }

  @Test func `a loop of events is first come, first served, threads on one core are not`() {
    func mean(_ server: ServerKind) -> Double {
      Self.run(
        Backend(
          name: "b", cores: Cores(1), server: server,
          service: Service(cpu: .hyperexponential(mean: .milliseconds(10), cv2: 10))),
        rate: 60, requests: 400_000, arrivals: .poisson
      ).latency.mean / 1e6
    }
    // M/G/1 at 0.6: 10 + 0.6 · 10 · 11 / (2 · 0.4) = 92.5 ms in order, 10 / 0.4 = 25 ms shared.
    #expect(abs(mean(.eventLoop) - 92.5) < 6)
    #expect(abs(mean(.threads) - 25) < 1)
  }

  @Test func `a wait takes no quota, and does not begin while the CPU is throttled`() {
    // 12.5 ms of each 100 ms: 25 ms take one boundary, the wait none.
    let service = Service(stages: [.cpu(Self.ms(25)), .io(Self.ms(400))])
    let result = Self.run(
      Backend(name: "b", cpus: Cores(0.125), service: service), rate: 1, requests: 50)
    #expect(result.latency.max <= 400_000_000 + 112_500_000)
    #expect(result.latency.percentile(1) >= 400_000_000 + 25_000_000)
  }

  @Test func `a service of waits alone is as long as they are`() {
    let service = Service(stages: [.io(Self.ms(30)), .io(Self.ms(20))])
    let result = Self.run(Backend(name: "b", service: service), rate: 1_000)
    #expect(result.latency.max == 50_000_000 && result.requests.succeeded == 1_000)
    #expect(result.backends[0].utilization == 0)
  }

  @Test func `work goes on for a client that has gone`() {
    var topology = Self.topology(
      Backend(
        name: "b", workers: .count(1),
        service: Service(stages: [.cpu(Self.ms(10)), .io(.constant(.seconds(5)))])),
      requests: 2, arrivals: .constant)
    topology.clients[0].timeout = .milliseconds(300)
    let result = Simulation(topology).run()
    #expect(result.failures.clientTimeout == 2)
    // The second waited for the worker of the first, of which nobody hears.
    #expect(abs(result.simulatedSeconds - (0.1 + 2 * 5.01)) < 1e-6)
  }

  // MARK: Memory

  @Test func `memory is held by the process and by requests in service, and its peak is told`() {
    let service = Service(cpu: Self.ms(500), memory: Self.mebibytes(3))
    let backend = Backend(
      name: "b", workers: .count(4), service: service, memoryBase: Self.mebibytes(40))
    // Ten a second for half a second each: the four workers are all taken, the rest waits.
    #expect(Self.run(backend).backends[0].memoryPeakBytes == 52 << 20)
    #expect(Self.run(backend, rate: 1).backends[0].memoryPeakBytes == 43 << 20)
    #expect(Self.run(backend).backends[0].outOfMemoryKills == 0)
  }

  @Test func `over its limit a container is killed with all that it had begun`() {
    // The sixth request in service does not fit.
    let backend = Backend(
      name: "b",
      service: Service(
        stages: [.io(.constant(.seconds(10)))],
        memory: Self.mebibytes(4)),
      memory: Self.mebibytes(60), memoryBase: Self.mebibytes(40))
    let result = Self.run(backend, requests: 8)
    #expect(result.backends[0].outOfMemoryKills == 1 && result.backends[0].restarts == 0)
    #expect(result.backends[0].memoryPeakBytes == 60 << 20)
    // Six break off at 0.6 s; nobody is there for the other two, as they learn after 3.06 s.
    #expect(result.failures.connection == 8)
    #expect(abs(result.simulatedSeconds - (0.8 + 3.06)) < 1e-6)
    #expect(result.containerEvents.map(\.kind) == [.outOfMemory, .died])
    #expect(result.containerEvents.map(\.seconds) == [0.6, 0.6])
  }

  @Test(arguments: [
    (RestartPolicy.no, 0), (.always, 12), (.unlessStopped, 12), (.onFailure(tries: 2), 2),
  ])
  func `a restart policy brings it back, after pauses that double`(
    policy: RestartPolicy, restarts: Int
  ) {
    // Each time it is back, two requests at once are one too many.
    let backend = Backend(
      name: "b",
      service: Service(stages: [.io(.constant(.seconds(1)))], memory: Self.mebibytes(10)),
      memory: Self.mebibytes(55), memoryBase: Self.mebibytes(40), restart: policy)
    let result = Self.run(backend, rate: 20, requests: 20 * 12_000)
    if restarts == 12 {
      // 0.1, 0.2, … 51.2, 60 s, and then 60 s for ever, with 0.1 s of service between.
      let deaths = result.containerEvents.filter { $0.kind == .died }.map(\.seconds)
      let starts = result.containerEvents.filter { $0.kind == .started }.map(\.seconds)
      let pauses = zip(deaths, starts).map { ($1 - $0) * 10 }.map { $0.rounded() / 10 }
      #expect(
        pauses.prefix(13) == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60, 60, 60])
      #expect(result.backends[0].outOfMemoryKills > 200)
      #expect(result.backends[0].restarts == starts.count)
    } else {
      #expect(result.backends[0].restarts == restarts)
      #expect(result.backends[0].outOfMemoryKills == restarts + 1)
    }
    #expect(result.requests.succeeded + result.requests.failed == result.requests.issued)
  }

  @Test func `a container that has run for ten seconds is started again at once`() {
    let faults = [20, 40, 60].map {
      ScheduledFault(
        at: .seconds($0), .fillMemory(Self.mebibytes(30)), targets: .names(["b"]),
        duration: .seconds(1))
    }
    let backend = Backend(
      name: "b", service: Service(cpu: Self.ms(1)), memory: Self.mebibytes(60),
      memoryBase: Self.mebibytes(40), restart: .always)
    let result = Self.run(backend, rate: 1, requests: 100, faults: faults)
    #expect(result.backends[0].outOfMemoryKills == 3 && result.backends[0].restarts == 3)
    let started = result.containerEvents.filter { $0.kind == .started }.map(\.seconds)
    #expect(zip(started, [20.1, 40.1, 60.1]).allSatisfy { abs($0 - $1) < 1e-6 })
    // Whatever filled the memory has died with the container.
    #expect(result.requests.succeeded == 97 || result.requests.succeeded == 100)
  }

  @Test func `a limit below what is held kills at once, and is over with the run that it killed`() {
    let fault = ScheduledFault(
      at: .seconds(10), .limitMemory(Self.mebibytes(32)), targets: .names(["b"]),
      duration: .seconds(30))
    let backend = Backend(
      name: "b", service: Service(cpu: Self.ms(1)), memory: Self.mebibytes(60),
      memoryBase: Self.mebibytes(40), restart: .always)
    let result = Self.run(backend, requests: 600, faults: [fault])
    #expect(result.backends[0].outOfMemoryKills == 1 && result.backends[0].restarts == 1)
    #expect(result.requests.succeeded >= 598)
  }

  // MARK: Errors

  @Test func `a share of its answers are a 500, the same requests whichever backend serves them`() {
    let backend = Backend(
      name: "b", service: Service(cpu: Self.ms(1)), errorRate: Ratio(0.1))
    let result = Self.run(backend, rate: 100, requests: 10_000)
    // 1,000 ± 4 standard deviations of 30.
    #expect(abs(result.failures.statusOther - 1_000) < 120)
    var two = Self.topology(backend, rate: 100, requests: 10_000, arrivals: .constant)
    two.backends = [backend, backend]
    two.backends[1].name = "c"
    let shared = Simulation(two).run()
    #expect(shared.failures == result.failures)
  }

  // MARK: Starts

  @Test func `until it listens a container that was started refuses connections`() {
    let kill = ScheduledFault(
      at: .seconds(10), .kill(signal: "KILL", refuses: true), targets: .names(["b"]),
      duration: .seconds(2))
    var backend = Backend(name: "b", service: Service(cpu: Self.ms(1)))
    let quick = Self.run(backend, faults: [kill])
    backend.startup = .seconds(3)
    let slow = Self.run(backend, faults: [kill])
    #expect(quick.failures.connection == 20 && slow.failures.connection == 50)
    // Killed while it starts, it begins anew: down from 10 to 12, and again from 14 to 16 and 19.
    let again = ScheduledFault(
      at: .seconds(14), .kill(signal: "KILL", refuses: true), targets: .names(["b"]),
      duration: .seconds(2))
    #expect(Self.run(backend, faults: [kill, again]).failures.connection == 90)
  }

  @Test func `a start counts towards the time until the restart policy's container answers`() {
    let kill = ScheduledFault(
      at: .seconds(10), .kill(signal: "KILL", refuses: true), targets: .names(["b"]))
    let backend = Backend(
      name: "b", service: Service(cpu: Self.ms(1)), restart: .always, startup: .milliseconds(900))
    let result = Self.run(backend, faults: [kill])
    #expect(result.failures.connection == 10 && result.backends[0].restarts == 1)
  }

  // MARK: Limits and competing load

  /// The mean latency, in ms, of requests of 10 ms, ten a second, sent in the second before a time.
  static func latency(before second: Int, faults: [ScheduledFault]) -> Double {
    var topology = Self.topology(
      Backend(name: "b", cores: Cores(1), service: Service(cpu: Self.ms(10))),
      requests: 10 * second, arrivals: .constant, faults: faults)
    topology.run.warmup = .milliseconds(second * 1_000 - 950)
    return Simulation(topology).run().latency.mean / 1e6
  }

  @Test func `of overlapping faults of a kind the last holds, and then the one before again`() {
    func burn(_ threads: Double, from: Int, for duration: Int) -> ScheduledFault {
      ScheduledFault(
        at: .seconds(from), .burnCPU(Cores(threads)), targets: .names(["b"]),
        duration: .seconds(duration))
    }
    // A thread from 10 to 40 s, three from 20 to 30 s: 20 ms, 40 ms, 20 ms again, 10 ms.
    let faults = [burn(1, from: 10, for: 30), burn(3, from: 20, for: 10)]
    let seen = [9, 19, 29, 39, 49].map { Self.latency(before: $0, faults: faults) }
    #expect(zip(seen, [10, 20, 40, 20, 10]).allSatisfy { abs($0 - $1) < 0.01 }, "\(seen)")
  }

  @Test func `a lower limit throttles and counts, and its end gives back what was configured`() {
    let limit = ScheduledFault(
      at: .seconds(10), .limitCPU(Cores(0.05)), targets: .names(["b"]), duration: .seconds(10))
    let backend = Backend(name: "b", cores: Cores(1), service: Service(cpu: Self.ms(10)))
    let result = Self.run(backend, rate: 5, requests: 200, faults: [limit])
    // Half of the work of ten seconds is there for: 5 · 10 ms a second against 50 ms.
    #expect(result.requests.succeeded == 200)
    #expect(result.backends[0].throttledSeconds > 3 && result.backends[0].throttledSeconds < 10)
    #expect(Self.latency(before: 9, faults: [limit]) == 10)
    #expect(abs(Self.latency(before: 39, faults: [limit]) - 10) < 0.001)
  }
}
