import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// What a balancer that is like HAProxy does with requests that no backend takes at once.
@Suite struct HAProxyClusterTests {
  /// Open arrivals at one backend that the balancer sends one request at a time.
  static func limited(
    _ rate: Double, requests: Int, queueTimeout: Duration? = nil
  ) -> Topology {
    var topology = Sample.queue(
      Sample.open(rate, requests: requests),
      cpu: .exponential(mean: Sample.milliseconds(10)))
    topology.balancer = Balancer(
      like: .haproxy, strategy: StrategyChoice("haproxy.leastconn"),
      timeouts: BalancerTimeouts(queue: queueTimeout))
    topology.backends[0].maxConnections = 1
    return topology
  }

  @Test func `a limit of one at the balancer makes the same queue as one worker at the backend`() {
    let atBackend = Simulation(
      Sample.queue(
        Sample.open(80, requests: 5_000), cpu: .exponential(mean: Sample.milliseconds(10)))
    ).run()
    let atBalancer = Simulation(Self.limited(80, requests: 5_000)).run()
    #expect(atBalancer.requests.succeeded == 5_000)
    #expect(atBalancer.latency == atBackend.latency)
  }

  @Test func `requests that wait longer than the queue allows are told 503`() {
    let limit = Sample.milliseconds(50)
    let result = Simulation(Self.limited(200, requests: 5_000, queueTimeout: limit)).run()
    let requests = result.requests
    #expect(requests.succeeded + requests.failed == 5_000)
    #expect(result.failures.status503 == requests.failed)
    // A server that is always busy serves 100 a second, half of what arrives.
    #expect(abs(Double(requests.succeeded) / 5_000 - 0.5) < 0.05)
    #expect(result.backends[0].picked == requests.succeeded)
  }

  @Test func `a client that hangs up leaves the queue`() {
    var topology = Self.limited(1, requests: 1)
    let once = Workload.closed(ClosedLoop(concurrency: 1, extent: .requests(1)))
    topology.backends[0].service = Service(cpu: .constant(.seconds(10)))
    topology.clients = [
      ClientGroup(name: "patient", workload: once),
      ClientGroup(name: "hasty", workload: once, timeout: .seconds(1)),
      ClientGroup(name: "late", workload: once),
    ]
    let result = Simulation(topology).run()
    #expect(result.failures.clientTimeout == 1 && result.requests.succeeded == 2)
    #expect(result.backends[0].picked == 2)
    #expect(abs(result.simulatedSeconds - 20) < 1e-6)
  }

  /// Two requests at once to a backend that has room for one.
  static func crowded(service: Duration) -> Topology {
    var topology = Sample.queue(
      ClientGroup(
        name: "pair", workload: .closed(ClosedLoop(concurrency: 2, extent: .requests(2)))),
      cpu: .constant(service), backlog: 0)
    topology.balancer = Balancer(
      like: .haproxy, strategy: StrategyChoice("haproxy.roundrobin"))
    return topology
  }

  @Test func `a refused connection is tried again after a second`() {
    let result = Simulation(Self.crowded(service: .milliseconds(100))).run()
    #expect(result.requests.succeeded == 2)
    #expect(abs(result.simulatedSeconds - 1.1) < 1e-6)
  }

  @Test func `a connection refused four times ends after three seconds in a 503`() {
    var topology = Self.crowded(service: .seconds(10))
    topology.run.duration = .seconds(5)
    let result = Simulation(topology).run()
    #expect(result.failures.status503 == 1 && result.requests.failed == 1)
    #expect(result.requests.unfinished == 1)
    #expect(result.backends[0].picked == 5)
  }

  @Test func `an answer that retry-on names is asked for again where nothing redispatches it`() {
    var topology = Sample.queue(
      ClientGroup(
        name: "poster", workload: .closed(ClosedLoop(concurrency: 1, extent: .requests(10))),
        request: RequestKind(method: "POST")),
      cpu: .constant(.milliseconds(1)), backlog: 10)
    topology.backends.append(topology.backends[0])
    topology.backends[1].name = "other"
    topology.backends[0].errorRate = Ratio(1)
    for (redispatch, failed, picked) in [(0, 5, [20, 5]), (-1, 0, [10, 10])] {
      topology.balancer = Balancer(
        like: .haproxy, strategy: StrategyChoice("haproxy.roundrobin"),
        retry: RetryRule(on: [.http500], redispatch: redispatch))
      let result = Simulation(topology).run()
      #expect(result.requests.failed == failed)
      #expect(result.backends.map(\.picked) == picked)
    }
  }
}
