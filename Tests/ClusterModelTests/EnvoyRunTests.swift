import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// What Envoy does about failures, seen in whole runs: one backend takes one request for ever and
/// refuses the rest.
@Suite struct EnvoyRunTests {
  static func run(
    backends count: Int, requests: Int, rate: Double = 100, timeout: Duration? = nil,
    passive: PassiveChecks? = nil, retry: RetryRule? = nil
  ) -> RunResult {
    let stuck = Backend(
      name: "stuck", workers: .count(1), backlog: 0,
      service: Service(cpu: .constant(.seconds(1_000_000))))
    let quick = (1..<count).map {
      Backend(name: "quick-\($0)", service: Service(cpu: .constant(.milliseconds(1))))
    }
    return Simulation(
      Topology(
        name: "stuck",
        clients: [Sample.open(rate, .constant, requests: requests, timeout: timeout)],
        balancer: Balancer(
          like: .envoy, strategy: StrategyChoice("envoy.round_robin"), passive: passive,
          retry: retry),
        backends: [stuck] + quick,
        network: Network(transport: .message),
        run: RunSettings(duration: .seconds(1_000)))
    ).run()
  }

  @Test func `a refused connection is a 503, and nobody is tried again or ejected by itself`() {
    let result = Self.run(backends: 2, requests: 200)
    #expect(result.failures.status503 == 99 && result.requests.succeeded == 100)
  }

  @Test func `where retries are asked for, there is one, to the next in turn`() {
    let result = Self.run(backends: 2, requests: 200, rate: 10, retry: RetryRule())
    // The one that is stuck has no answer after 15 s, which is not tried again.
    #expect(result.failures.status504 == 1 && result.requests.succeeded == 199)
  }

  @Test func `a retry waits up to 25 ms, in which others may take its turn`() {
    let slow = Self.run(backends: 2, requests: 2_000, rate: 10, retry: RetryRule())
    // Each retry takes the turn of the host that works, so that the next request comes to the other
    // again: all wait, 12 ms on average, and are served in one.
    #expect(abs(slow.latency.mean / 1e6 - 13) < 0.5)
    #expect(slow.latency.max > 24_000_000 && slow.latency.max < 25_500_000)
    let busy = Self.run(backends: 2, requests: 2_000, retry: RetryRule())
    #expect(busy.failures.status503 > 100)
    // Those whose clients have gone while they waited are no retries under way any more.
    let hasty = Self.run(
      backends: 2, requests: 2_000, rate: 10, timeout: .milliseconds(12), retry: RetryRule())
    #expect(hasty.requests.succeeded > 1_000 && hasty.failures.status503 == 0)
  }

  @Test func `failures in a row eject a host until a tick after its time`() {
    let passive = PassiveChecks(maxFails: 3, failTimeout: .seconds(2))
    // In the 19 seconds of the run the host is ejected, is back at 10 s, and is ejected again: of
    // that the threads hear a second later, during which it gets a request every tenth of it.
    let result = Self.run(backends: 10, requests: 1_900, passive: passive)
    #expect((15...17).contains(result.failures.status503))
    #expect(Self.run(backends: 10, requests: 1_900).failures.status503 == 189)
  }

  @Test func `of few hosts none is ejected, as a tenth of them is less than one`() {
    let passive = PassiveChecks(maxFails: 3, failTimeout: .seconds(2))
    #expect(Self.run(backends: 2, requests: 200, passive: passive).failures.status503 == 99)
  }
}
