import ClusterModel
import ExperimentModel
import Testing

/// Balancers that look by themselves whether a backend works, in a world that breaks one.
struct ActiveCheckTests {
  private static func run(
    _ balancer: Balancer, _ fault: Fault, requests: Int = 8_000, timeout: Duration? = nil
  ) -> RunResult {
    Simulation(
      Topology(
        name: "checked",
        clients: [Sample.open(200, .constant, requests: requests, timeout: timeout)],
        balancer: balancer,
        backends: ["a", "b", "c"].map {
          Backend(
            name: $0, workers: .count(8),
            service: Service(cpu: .constant(Sample.milliseconds(1))))
        },
        network: Network(links: [
          Link(from: .balancer, to: .backends, latency: .constant(Sample.milliseconds(0.2)))
        ]),
        faults: [
          ScheduledFault(
            at: .seconds(10), fault, targets: .names(["b"]), duration: .seconds(10))
        ])
    ).run()
  }

  private static func balancer(_ like: BalancerProgram, _ checks: ActiveChecks?) -> Balancer {
    Balancer(like: like, strategy: StrategyChoice("round-robin"), active: checks)
  }

  private static let kill = Fault.kill(signal: "KILL", refuses: true)

  // HAProxy tries the same server three times more, a second apart, so that it saves those of the
  // last three seconds of ten; IPVS saves nobody.
  @Test(arguments: [(BalancerProgram.haproxy, 467), (.ipvs, 667)])
  func `a dead server costs requests only until the checks have seen it`(
    like: BalancerProgram, lost: Int
  ) {
    let checks = ActiveChecks(interval: .milliseconds(500), rise: 2, fall: 3)
    let unchecked = Self.run(Self.balancer(like, nil), Self.kill)
    let checked = Self.run(Self.balancer(like, checks), Self.kill)
    // A third of 200 a second, or what comes in the time of two to three checks.
    #expect(abs(unchecked.requests.failed - lost) < 20)
    #expect((60...105).contains(checked.requests.failed))
    // It is back half a second to a second after its return.
    #expect((1_930...1_990).contains(checked.backends[1].succeeded))
  }

  @Test func `a check that asks for a connection does not see a frozen process`() {
    func failed(isHTTP: Bool) -> Int {
      let checks = ActiveChecks(
        interval: .milliseconds(500), timeout: .milliseconds(500), rise: 2, fall: 2,
        isHTTP: isHTTP)
      return Self.run(Self.balancer(.haproxy, checks), .pause, timeout: .seconds(1))
        .requests.failed
    }
    #expect((550...680).contains(failed(isHTTP: false)))
    #expect((60...180).contains(failed(isHTTP: true)))
  }

  @Test func `in envoy one bad status takes a host out, whatever the threshold`() {
    let checks = ActiveChecks(
      interval: .seconds(1), timeout: .milliseconds(500), rise: 2, fall: 5, isHTTP: true)
    let result = Self.run(
      Self.balancer(.envoy, checks), .fail(rate: Ratio(1), status: 503))
    #expect((1...70).contains(result.failures.status503))
  }

  @Test func `all workers learn from one check`() {
    var balancer = Self.balancer(.nginx, .standard(of: .nginx))
    balancer.active?.interval = .seconds(1)
    balancer.workers = 4
    balancer.passive = PassiveChecks(maxFails: 0)
    balancer.retry = RetryRule(on: [])
    let result = Self.run(balancer, Self.kill)
    #expect((1...70).contains(result.failures.status502))
  }

  @Test func `haproxy marks a server down for its errors, and checks bring it back`() {
    var balancer = Self.balancer(
      .haproxy, ActiveChecks(interval: .seconds(4), rise: 1, fall: 100, isHTTP: true))
    let fault = Fault.fail(rate: Ratio(1), status: 500)
    #expect((640...680).contains(Self.run(balancer, fault).failures.statusOther))
    balancer.passive = PassiveChecks(maxFails: 10)
    #expect(Self.run(balancer, fault).failures.statusOther == 10)
  }

  @Test func `checks end with the last request, and cost the run no time`() {
    let checks = ActiveChecks(interval: .seconds(60))
    let plain = Self.run(Self.balancer(.haproxy, nil), Self.kill, requests: 100)
    let checked = Self.run(Self.balancer(.haproxy, checks), Self.kill, requests: 100)
    #expect(checked.throughputPerSecond == plain.throughputPerSecond)
    #expect(checked.simulatedSeconds == plain.simulatedSeconds)
  }
}
