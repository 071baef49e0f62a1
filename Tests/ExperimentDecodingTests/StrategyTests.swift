import ExperimentDecoding
import ExperimentModel
import Testing

/// What may be written, at the end of complaints.
private let accepted =
  "accepted names are round-robin, random, power-of-two, weighted-round-robin and "
  + "nginx.weighted-round-robin"

@Suite struct `Strategies` {
  @Test(arguments: [
    ("{strategy: random}", StrategyChoice("random"), BalancerProgram.nginx),
    ("{strategy: weighted-round-robin}", StrategyChoice("nginx.weighted-round-robin"), .nginx),
    (
      "{like: ideal, strategy: weighted-round-robin}", StrategyChoice("weighted-round-robin"),
      .ideal
    ),
    (
      "{like: ideal, strategy: nginx.weighted-round-robin}",
      StrategyChoice("nginx.weighted-round-robin"), .ideal
    ),
    ("{like: nginx}", StrategyChoice("nginx.weighted-round-robin"), .nginx),
    ("{strategy: power-of-two}", StrategyChoice("power-of-two"), .nginx),
    (
      "{strategy: {power-of-two: {d: 3}}}",
      StrategyChoice("power-of-two", options: ["d": .number(3)]),
      .nginx
    ),
    (
      "{strategy: {power-of-two: {d: 4, bias: 0.5}}}",
      StrategyChoice("power-of-two", options: ["d": .number(4), "bias": .number(0.5)]), .nginx
    ),
    ("{strategy: {random: {}}}", StrategyChoice("random"), .nginx),
  ])
  func `a name is resolved beside its program`(
    text: String, choice: StrategyChoice, program: BalancerProgram
  ) throws {
    #expect(
      try Document(balancer: "balancer: \(text)").decoded().balancer
        == Balancer(like: program, strategy: choice))
  }

  @Test func `without a balancer it is nginx as it comes`() throws {
    #expect(
      try Document(balancer: "").decoded().balancer
        == Balancer(strategy: StrategyChoice("nginx.weighted-round-robin")))
  }

  @Test(arguments: [
    (
      "{strategy: ▼least-connections}",
      "the strategy `least-connections` is not supported yet; \(accepted)"
    ),
    ("{strategy: ▼least_conn}", "the strategy `least_conn` is not supported yet; \(accepted)"),
    (
      "{strategy: ▼haproxy.leastconn}",
      "the strategy `haproxy.leastconn` is not supported yet; \(accepted)"
    ),
    ("{strategy: ▼randm}", "unknown strategy `randm`; did you mean `random`? (\(accepted))"),
    ("{strategy: ▼by-the-moon}", "unknown strategy `by-the-moon`; \(accepted)"),
    ("{strategy: ▼ideal.random}", "unknown strategy `ideal.random`; \(accepted)"),
    ("{strategy: {power-of-two: {▼dd: 3}}}", "unknown key `dd`; did you mean `d`?"),
    (
      "{strategy: {power-of-two: {▼choices: 3}}}",
      "unknown key `choices`; `power-of-two` takes d and bias"
    ),
    (
      "{strategy: {power-of-two: {d: ▼65}}}",
      "`d` must be a whole number from 1 to 64, not `65`"
    ),
    (
      "{strategy: {power-of-two: {d: ▼1.5}}}",
      "`d` must be a whole number from 1 to 64, not `1.5`"
    ),
    (
      "{strategy: {power-of-two: {bias: ▼-0.1}}}",
      "`bias` must be a number from 0 to 1, not `-0.1`"
    ),
    ("{strategy: {random: ▼{d: 3}}}", "`random` takes no options; give its name alone"),
    (
      "{strategy: ▼{random: {}, round-robin: {}}}",
      "`strategy` must be one name with its options, such as {power-of-two: {d: 3}}, "
        + "not a mapping"
    ),
    ("{strategy: ▼[random]}", "`strategy` must be a name or {name: {option: value}}, not a list"),
    (
      "{like: ▼squid, strategy: random}",
      "`like` must be nginx, haproxy, envoy, ipvs, finagle or ideal, not `squid`"
    ),
    (
      "{like: ▼ngnix}",
      "`like` must be nginx, haproxy, envoy, ipvs, finagle or ideal (did you mean `nginx`?), "
        + "not `ngnix`"
    ),
  ])
  func `a mistake has its place`(text: String, message: String) {
    expect(Document(balancer: "balancer: \(text)").text, complains: message)
  }

  @Test func `the ideal balancer has no strategy of its own`() {
    expect(
      Document(balancer: "▼balancer: {like: ideal}").text,
      complains: "the balancer needs `strategy`, such as `strategy: round-robin`")
  }

  @Test func `a name from the command line is resolved as one in a file`() throws {
    #expect(
      try decoder.resolveStrategy("weighted-round-robin", like: .nginx)
        == StrategyChoice("nginx.weighted-round-robin"))
    let refusal = #expect(throws: StrategyRefusal.self) {
      _ = try decoder.resolveStrategy("randm", like: .nginx)
    }
    #expect(
      refusal?.message == "unknown strategy `randm`; did you mean `random`? (\(accepted))")
  }
}
