import ExperimentDecoding
import ExperimentModel
import Testing

@Suite struct BalancerTests {
  @Test func `several balancers are read in their order, each with keys of its own`() throws {
    let topology = try Document(
      balancer: """
        balancers:
          left: {strategy: random, workers: 4}
          right: {like: haproxy, strategy: round-robin, allbackups: true}
        """
    ).decoded()
    #expect(topology.balancers.map(\.name) == ["left", "right"])
    #expect(topology.balancers.map(\.like) == [.nginx, .haproxy])
    #expect(topology.balancers.map(\.workers) == [4, 1])
    #expect(topology.balancers.map(\.usesAllBackups) == [false, true])
  }

  @Test func `limits, times and costs are read`() throws {
    let balancer = try Document(
      balancer: """
        balancer:
          strategy: random
          active: {interval: 3s, fall: 2}
          timeouts: {connect: 250ms, read: 2s, queue: 30s}
          max_connections: 512
          keepalive: 32
          cpu: {exponential: 50us}
        """
    ).decoded().balancer
    #expect(
      balancer.active
        == ActiveChecks(
          interval: .seconds(3), timeout: .seconds(3), rise: 1, fall: 2, isHTTP: true))
    #expect(
      balancer.timeouts
        == BalancerTimeouts(
          connect: .milliseconds(250), read: .seconds(2), queue: .seconds(30)))
    #expect(balancer.maxConnections == 512)
    #expect(balancer.keepalive == 32)
    #expect(balancer.cpu == .exponential(mean: .microseconds(50)))
  }

  @Test func `what a program checks and retries is its own where nothing is said`() throws {
    let haproxy = try Document(
      balancer: """
        balancer:
          like: haproxy
          strategy: random
          active: {interval: 500ms}
          retry: {redispatch: true}
        """
    ).decoded().balancer
    #expect(haproxy.active == ActiveChecks(interval: .milliseconds(500)))
    #expect(haproxy.retry == RetryRule(on: [], redispatch: -1))
    let envoy = try Document(
      balancer: """
        balancer:
          like: envoy
          strategy: random
          passive: {max_ejection_percent: 50}
          retry: {budget: 20%}
          circuit_breakers: {max_pending_requests: 7}
        """
    ).decoded().balancer
    #expect(
      envoy.passive
        == PassiveChecks(maxFails: 5, failTimeout: .seconds(30), mostEjected: Ratio(0.5)))
    #expect(envoy.retry?.budget == Ratio(0.2))
    #expect(envoy.circuitBreakers == CircuitBreakers(maxPending: 7))
  }

  @Test(arguments: [
    (
      "{like: ipvs, strategy: random, ▼retry: {tries: 2}}",
      "`retry` means nothing to ipvs; leave it out, or write nginx, haproxy, envoy or finagle "
        + "after `like`"
    ),
    (
      "{strategy: random, ▼circuit_breakers: {max_retries: 1}}",
      "`circuit_breakers` means nothing to nginx; leave it out, or write envoy after `like`"
    ),
    (
      "{like: ideal, strategy: random, ▼workers: 2}",
      "the ideal balancer has no limits and no cost; leave out `workers`, or write another "
        + "program after `like`"
    ),
    (
      "{like: haproxy, strategy: random, ▼passive: {max_fails: 3}}",
      "a server that HAProxy has marked down for its errors is brought up by checks; "
        + "give `active` too"
    ),
    (
      "{strategy: random, active: {interval: ▼0s}}",
      "`interval` must be longer than 0, not `0s`"
    ),
    (
      "{strategy: random, timeouts: {▼conect: 1s}}",
      "unknown key `conect`; did you mean `connect`?"
    ),
    (
      "{strategy: random, workers: ▼0}",
      "`workers` must be a whole number from 1 to 250, not `0`"
    ),
  ])
  func `what means nothing to a program, or is impossible, is told at its place`(
    balancer: String, message: String
  ) {
    expect(Document(balancer: "balancer: \(balancer)").text, complains: message)
  }

  @Test func `one balancer or several, not both`() {
    expect(
      Document(
        balancer: "balancer: {strategy: random}\n▼balancers: {a: {strategy: random}}"
      ).text,
      complains: "give either `balancer` or `balancers`, not both")
  }
}
