import ExperimentDecoding
import ExperimentModel
import Testing

@Suite struct FailureHandlingTests {
  @Test func `passive checks, retries, backups and limits are read`() throws {
    let topology = try Document(
      balancer: """
        balancer:
          strategy: random
          passive: {max_fails: 3, fail_timeout: 30s}
          retry: {on: [error, http_503, non_idempotent], tries: 2, time: 5s}
        """,
      backends: """
        backend_defaults: {service: {cpu: 4ms}, max_conns: 7}
        backends: {a: {}, b: {backup: true, max_conns: 0}, c: {down: true}}
        """
    ).decoded()
    #expect(
      topology.balancer.passive == PassiveChecks(maxFails: 3, failTimeout: .seconds(30)))
    #expect(
      topology.balancer.retry
        == RetryRule(on: [.error, .http503, .nonIdempotent], tries: 2, time: .seconds(5)))
    #expect(topology.backends.map(\.isBackup) == [false, true, false])
    #expect(topology.backends.map(\.isDown) == [false, false, true])
    #expect(topology.backends.map(\.maxConnections) == [7, nil, 7])
  }

  @Test func `what is not given is what the program does by default`() throws {
    let topology = try Document(balancer: "balancer: {strategy: random, passive: {max_fails: 0}}")
      .decoded()
    #expect(topology.balancer.passive == PassiveChecks(maxFails: 0, failTimeout: .seconds(10)))
    #expect(topology.balancer.retry == nil)
  }

  @Test(arguments: [
    (
      "{strategy: random, passive: {max_fails: ▼-1}}",
      "`max_fails` must be a whole number from 0 to 1000000, not `-1`"
    ),
    (
      "{strategy: random, passive: {fail_timeout: ▼1.5s}}",
      "`fail_timeout` must be whole seconds, as in nginx, not `1.5s`"
    ),
    (
      "{strategy: random, passive: {▼fails: 1}}",
      "unknown key `fails`; `passive` takes max_fails, fail_timeout, interval, "
        + "max_ejection_time and max_ejection_percent"
    ),
    (
      "{strategy: random, retry: {on: ▼error}}",
      "`on` must be a list, not `error`"
    ),
    (
      "{like: ideal, strategy: random, ▼retry: {tries: 2}}",
      "the ideal balancer handles no failures; leave out `retry`, or write another program "
        + "after `like`"
    ),
  ])
  func `a mistake in them is told at its place`(balancer: String, message: String) {
    expect(Document(balancer: "balancer: \(balancer)").text, complains: message)
  }

  @Test func `an unknown condition is told with what was meant`() {
    expect(
      Document(balancer: "balancer: {strategy: random, retry: {on: [error, ▼htp_503]}}").text,
      complains: "`on` must be error, timeout, http_403, http_404, http_429, http_500, "
        + "http_502, http_503, http_504 or non_idempotent (did you mean `http_503`?), "
        + "not `htp_503`")
  }
}
