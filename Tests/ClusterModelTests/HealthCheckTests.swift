import ClusterModel
import ExperimentModel
import Testing

/// What Docker's health check says about a simulated container.
@Suite struct HealthCheckTests {
  static let check = HealthCheck(interval: .seconds(5), timeout: .seconds(2), retries: 3)

  /// What happens to one container, one request of 10 ms each 100 ms, for two minutes.
  static func events(
    _ check: HealthCheck = check, workers: Workers = .unlimited, cpu: Int = 10,
    startup: Duration = .zero, faults: [ScheduledFault] = []
  ) -> [ContainerEvent] {
    let backend = Backend(
      name: "b", workers: workers, backlog: 5,
      service: Service(cpu: .constant(.milliseconds(cpu))), healthcheck: check,
      startup: startup)
    let topology = ContainerTests.topology(
      backend, requests: 1_200, arrivals: .constant, faults: faults)
    return Simulation(topology).run().containerEvents
  }

  static func fault(_ fault: Fault, at: Int, for duration: Int?) -> ScheduledFault {
    ScheduledFault(
      at: .seconds(at), fault, targets: .names(["b"]), duration: duration.map { .seconds($0) })
  }

  static func line(_ seconds: Double, _ kind: ContainerEvent.Kind) -> ContainerEvent {
    ContainerEvent(seconds: seconds, backend: "b", kind: kind)
  }

  @Test func `a container is healthy with its first good probe, an interval after the start`() {
    #expect(Self.events() == [Self.line(5, .healthy)])
  }

  @Test func `so many failures in a row as retries make it unhealthy, one success heals it`() {
    let failing = Self.fault(.fail(rate: Ratio(1), status: 503), at: 31, for: 30)
    // Probes at 35, 40 and 45 s fail, the one at 65 s succeeds.
    #expect(
      Self.events(faults: [failing])
        == [Self.line(5, .healthy), Self.line(45, .unhealthy), Self.line(65, .healthy)])
    let brief = Self.fault(.fail(rate: Ratio(1), status: 503), at: 31, for: 10)
    #expect(Self.events(faults: [brief]) == [Self.line(5, .healthy)])
  }

  @Test func `a probe needs a worker, and each that times out puts off the next`() {
    // One request of an hour takes the only worker; the backlog is full a moment later.
    let events = Self.events(workers: .count(1), cpu: 3_600_000)
    // Probes at 5, 12 and 19 s, each given up after 2 s.
    #expect(events == [Self.line(21, .unhealthy)])
  }

  @Test func `in the start period failures do not count, and probes come each five seconds`() {
    let check = HealthCheck(
      interval: .seconds(20), timeout: .seconds(2), retries: 1, startPeriod: .seconds(18))
    let killed = Self.fault(.kill(signal: "KILL", refuses: false), at: 30, for: 1)
    // Started at 31 s and listening at 48 s: refused at 36, 41 and 46 s, and answered at 49 s.
    #expect(
      Self.events(check, startup: .seconds(17), faults: [killed])
        == [
          Self.line(5, .healthy), Self.line(30, .died), Self.line(31, .started),
          Self.line(49, .healthy),
        ])
    #expect(
      Self.events(check, startup: .seconds(40), faults: [killed]).contains(
        Self.line(49, .unhealthy)))
  }

  @Test func `a container that is paused or down is not probed, and begins anew after a start`() {
    let paused = Self.fault(.pause, at: 31, for: 60)
    #expect(Self.events(faults: [paused]) == [Self.line(5, .healthy)])
    let killed = Self.fault(.kill(signal: "KILL", refuses: false), at: 31, for: 60)
    #expect(
      Self.events(faults: [killed])
        == [
          Self.line(5, .healthy), Self.line(31, .died), Self.line(91, .started),
          Self.line(96, .healthy),
        ])
  }

  @Test func `health checks keep no run going and change nothing for the requests`() {
    var topology = ContainerTests.topology(
      Backend(name: "b", workers: .count(2), service: Service(cpu: .constant(.milliseconds(150)))),
      requests: 1_000, arrivals: .poisson)
    let plain = Simulation(topology).run()
    topology.backends[0].healthcheck = HealthCheck(
      interval: .milliseconds(7), timeout: .seconds(1), retries: 1)
    let checked = Simulation(topology).run()
    #expect(checked.latency == plain.latency && checked.requests == plain.requests)
    #expect(checked.simulatedSeconds == plain.simulatedSeconds)
    #expect(checked.events > plain.events)
  }
}
