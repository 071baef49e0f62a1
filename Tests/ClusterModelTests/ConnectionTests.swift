import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// What connections cost, and where they run out.
struct ConnectionTests {
  private static func run(
    _ balancer: Balancer, clients: ClientGroup, backends: Int = 2,
    cpu: Duration = .milliseconds(10), faults: [ScheduledFault] = []
  ) -> RunResult {
    Simulation(
      Topology(
        name: "connected", clients: [clients], balancer: balancer,
        backends: (0..<backends).map {
          Backend(name: "b\($0)", service: Service(cpu: .constant(cpu)))
        },
        network: Network(links: [
          Link(from: .balancer, to: .backends, latency: .constant(.milliseconds(1)))
        ]),
        faults: faults)
    ).run()
  }

  private static func closed(_ concurrency: Int, requests: Int) -> ClientGroup {
    ClientGroup(
      name: "users",
      workload: .closed(ClosedLoop(concurrency: concurrency, extent: .requests(requests))))
  }

  private static func balancer(
    _ like: BalancerProgram = .nginx, keepalive: Int? = nil, limit: Int? = nil
  ) -> Balancer {
    Balancer(
      like: like, strategy: StrategyChoice("round-robin"), maxConnections: limit,
      keepalive: keepalive)
  }

  @Test func `a kept connection to a backend spares its opening`() {
    let clients = Self.closed(1, requests: 1_000)
    let opening = Self.run(Self.balancer(), clients: clients)
    let kept = Self.run(Self.balancer(keepalive: 2), clients: clients)
    // A handshake takes two crossings of a millisecond; only the first request to each has one.
    #expect(opening.latency.percentile(50) >= 13.8e6)
    #expect(abs(opening.latency.mean - kept.latency.mean - 2e6) < 0.02e6)
  }

  @Test func `the connection idle longest goes first`() {
    // In turn over two backends, one connection that may be kept is always to the other one.
    let clients = Self.closed(1, requests: 1_000)
    let none = Self.run(Self.balancer(), clients: clients)
    let one = Self.run(Self.balancer(keepalive: 1), clients: clients)
    #expect(one.latency.mean == none.latency.mean)
  }

  @Test func `envoy and finagle keep connections of their own accord`() {
    let clients = Self.closed(4, requests: 1_000)
    let nginx = Self.run(Self.balancer(), clients: clients).latency.mean
    for like in [BalancerProgram.envoy, .finagle] {
      #expect(nginx - Self.run(Self.balancer(like), clients: clients).latency.mean > 1.5e6)
    }
  }

  @Test func `nginx closes clients when its connections run out, and haproxy lets them wait`() {
    let clients = Self.closed(20, requests: 1_000)
    let nginx = Self.run(Self.balancer(limit: 20), clients: clients)
    #expect(nginx.failures.connection + nginx.failures.statusOther > 0)
    #expect(nginx.failures.connection + nginx.failures.statusOther == nginx.requests.failed)
    #expect(nginx.requests.succeeded > 0)
    #expect(Self.run(Self.balancer(limit: 40), clients: clients).requests.failed == 0)
    let haproxy = Self.run(Self.balancer(.haproxy, limit: 10), clients: clients)
    let unlimited = Self.run(Self.balancer(.haproxy), clients: clients)
    #expect(haproxy.requests.succeeded == 1_000)
    // Half of the clients wait for the other half.
    #expect(abs(haproxy.latency.mean - 2 * unlimited.latency.mean) < 0.5e6)
  }

  @Test func `envoy lets requests wait for a connection, as many as it may`() {
    var balancer = Self.balancer(.envoy, limit: 10)
    let clients = Self.closed(20, requests: 1_000)
    let waiting = Self.run(balancer, clients: clients)
    #expect(waiting.requests.succeeded == 1_000)
    #expect(waiting.latency.mean > 20e6)
    balancer.circuitBreakers.maxPending = 5
    let refusing = Self.run(balancer, clients: clients)
    #expect(refusing.failures.status503 > 100)
    #expect(refusing.requests.failed == refusing.failures.status503)
  }

  @Test func `a time for connecting that is over before the kernel's ends the attempt`() {
    var balancer = Self.balancer()
    balancer.timeouts.connect = .milliseconds(500)
    let dead = ScheduledFault(
      at: .zero, .kill(signal: "KILL", refuses: false), targets: .names(["b0"]))
    var clients = Self.closed(1, requests: 10)
    clients.start = .seconds(1)
    let result = Self.run(balancer, clients: clients, faults: [dead])
    #expect(result.requests.succeeded == 10)
    let longest = result.latency.percentile(100)
    #expect((500e6...520e6).contains(longest))
  }

  @Test func `a time for reading that is given counts`() {
    var balancer = Self.balancer()
    balancer.timeouts.read = .milliseconds(5)
    balancer.retry = RetryRule(on: [])
    let result = Self.run(balancer, clients: Self.closed(1, requests: 1))
    #expect(result.failures.status504 == 1)
  }
}
