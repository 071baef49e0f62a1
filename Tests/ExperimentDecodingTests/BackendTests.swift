import ExperimentDecoding
import ExperimentModel
import Testing

@Suite struct `Backends` {
  /// A service of 4 ms.
  private let service = Service(cpu: .constant(.milliseconds(4)))

  @Test func `a backend without settings has the defaults of the format`() throws {
    #expect(
      try Document().decoded().backends
        == [Backend(name: "one", service: service), Backend(name: "two", service: service)])
  }

  @Test func `every key is read`() throws {
    let backends = """
      backends:
        one:
          weight: 3
          slow_start: 20s
          cpus: '0.25'
          cores: 2
          server: event-loop
          workers: 40
          backlog: 0
          service: {cpu: 4ms}
          memory: 64M
          memory_base: 48M
          error_rate: 2%
          healthcheck: {interval: 1m30s, timeout: 10s, retries: 5, start_period: 0s}
          restart: on-failure:5
          startup: 1.5s
      """
    let expected = Backend(
      name: "one", weight: 3, slowStart: .seconds(20), cpus: Cores(0.25), cores: Cores(2),
      server: .eventLoop, workers: .count(40), backlog: 0, service: service,
      memory: ByteCount(bytes: 64 << 20), memoryBase: ByteCount(bytes: 48 << 20),
      errorRate: Ratio(0.02),
      healthcheck: HealthCheck(
        interval: .seconds(90), timeout: .seconds(10), retries: 5, startPeriod: .zero),
      restart: .onFailure(tries: 5), startup: .milliseconds(1_500))
    #expect(try Document(backends: backends).decoded().backends == [expected])
  }

  @Test func `a server of no known kind is refused with those that there are`() {
    expect(
      Document(backends: "backends: {one: {server: ▼fibers, service: {cpu: 4ms}}}").text,
      complains: "`server` must be threads or event-loop, not `fibers`")
  }

  @Test(arguments: [
    ("no", RestartPolicy.no), ("'no'", .no), ("always", .always),
    ("unless-stopped", .unlessStopped), ("on-failure", .onFailure(tries: nil)),
    ("on-failure:3", .onFailure(tries: 3)),
  ])
  func `restart policies are Docker's`(text: String, policy: RestartPolicy) throws {
    let backends = "backends: {one: {restart: \(text), service: {cpu: 4ms}}}"
    #expect(try Document(backends: backends).decoded().backends.map(\.restart) == [policy])
  }

  @Test(arguments: [
    (
      "like: ipvs, strategy: round-robin",
      "`slow_start` means nothing to ipvs; leave it out, or write nginx, haproxy or envoy after "
        + "`like`"
    ),
    (
      "like: nginx, strategy: ip_hash",
      "`nginx.ip_hash` knows no slow start; leave `slow_start` out, or choose another strategy"
    ),
    (
      "like: envoy, strategy: maglev",
      "`envoy.maglev` knows no slow start; leave `slow_start` out, or choose another strategy"
    ),
  ])
  func `a slow start that the balancer has not is refused`(balancer: String, complaint: String) {
    let hashing = ["nginx.ip_hash", "envoy.maglev"].map {
      StrategyCard(
        name: $0, summary: "by a hash", source: "the program's own", allowsSlowStart: false)
    }
    expect(
      Document(
        balancer: "balancer: {\(balancer)}",
        backends: "backends: {one: {▼slow_start: 9s, service: {cpu: 4ms}}}"
      ).text,
      to: TopologyDecoder(strategies: fewStrategies + hashing), complains: complaint)
  }

  @Test func `a backend's own settings win over the defaults, key by key`() throws {
    let backends = """
      backend_defaults:
        weight: 2
        workers: 8
        service: {cpu: 4ms}
        healthcheck: {interval: 5s, retries: 9}
      backends:
        one: {}
        two: {weight: 5, workers: unlimited, service: {}, healthcheck: {retries: 1}}
        six: {service: {cpu: 9ms}}
      """
    let check = HealthCheck(interval: .seconds(5), retries: 9)
    let expected = [
      Backend(
        name: "one", weight: 2, workers: .count(8), service: service, healthcheck: check),
      Backend(
        name: "two", weight: 5, workers: .unlimited, service: service,
        healthcheck: HealthCheck(interval: .seconds(5), retries: 1)),
      Backend(
        name: "six", weight: 2, workers: .count(8),
        service: Service(cpu: .constant(.milliseconds(9))), healthcheck: check),
    ]
    #expect(try Document(backends: backends).decoded().backends == expected)
  }

  @Test func `a service is CPU time and a wait, or stages`() throws {
    let backends = """
      backend_defaults: {service: {cpu: 4ms, memory: 2M}}
      backends:
        one: {service: {io: 10ms}}
        two: {service: {stages: [{cpu: 2ms}, {io: {exponential: 10ms}}, {cpu: 1ms}]}}
        six: {stages: [{io: 7ms}]}
        ten: {}
      """
    let memory = ByteCount(bytes: 2 << 20)
    func ms(_ value: Int) -> Distribution { .constant(.milliseconds(value)) }
    #expect(
      try Document(backends: backends).decoded().backends.map(\.service) == [
        Service(stages: [.cpu(ms(4)), .io(ms(10))], memory: memory),
        Service(
          stages: [.cpu(ms(2)), .io(.exponential(mean: .milliseconds(10))), .cpu(ms(1))],
          memory: memory),
        Service(stages: [.io(ms(7))], memory: memory),
        Service(cpu: ms(4), memory: memory),
      ])
  }

  @Test(arguments: [
    (
      "backends: {one: {service: {cpu: 1ms, ▼stages: [{cpu: 4ms}]}}}",
      "`cpu` and `stages` exclude each other; put it among the stages"
    ),
    (
      "backends: {one: {service: {stages: [{io: 4ms}]}, ▼stages: [{cpu: 4ms}]}}",
      "`stages` is in `service` too; leave one of them out"
    ),
    (
      "backends: {one: {service: {stages: ▼[]}}}",
      "`stages` is empty; at least one is needed, such as `- {cpu: 4ms}`"
    ),
    (
      "backends: {one: {service: {stages: [▼{}]}}}",
      "a stage needs `cpu` or `io`, such as `{cpu: 4ms}`"
    ),
    (
      "backends: {one: {service: {stages: [{cpu: 4ms, ▼io: 1ms}]}}}",
      "a stage is either `cpu` or `io`; make two of it"
    ),
    (
      "backends: {one: {service: {stages: ▼[{io: 0s}, {cpu: 0s}]}}}",
      "`stages` must be longer than 0; clients of a server without cost would never stop"
    ),
    (
      "backends: {one: {memory: ▼64M, memory_base: 1.5G, service: {cpu: 4ms}}}",
      "an idle process of 1536M does not fit into 64M and would be killed at its start; "
        + "raise `memory` or lower `memory_base`"
    ),
    (
      "backend_defaults: {memory: 64M}\nbackends: {one: {memory_base: ▼65M, service: {cpu: 4ms}}}",
      "an idle process of 65M does not fit into 64M and would be killed at its start; "
        + "raise `memory` or lower `memory_base`"
    ),
    (
      "backends: {one: {error_rate: ▼140%, service: {cpu: 4ms}}}",
      "`error_rate` must be a share from 0% to 100%, such as 10% or 0.1, not `140%`"
    ),
    (
      "backends: {one: {startup: ▼-1s, service: {cpu: 4ms}}}",
      "`startup` must be 0 or longer, not `-1s`"
    ),
    (
      "backends: {one: {service: {cpu: 4ms, memory: ▼2X}}}",
      "`memory` must have one of the units B, K, M, G, T or P, not `2X`"
    ),
  ])
  func `what cannot be meant of stages and memory has its place`(text: String, message: String) {
    expect(Document(backends: text).text, complains: message)
  }

  @Test(arguments: [
    ("backends: ▼{}", "`backends` is empty; at least one backend is needed"),
    ("backends: ▼[one, two]", "`backends` must map a name to each backend, not a list"),
    (
      "backends: {▼one: {}}",
      "the backend `one` needs `service`, here or in backend_defaults, "
        + "such as `service: {cpu: 4ms}`"
    ),
    (
      "backends: {▼one: {service: {}}}",
      "the backend `one` needs `service`, here or in "
        + "backend_defaults, such as `service: {cpu: 4ms}`"
    ),
    (
      "backends: {one: {service: ▼4ms}}",
      "`service` must be a mapping with keys such as `cpu`, "
        + "`io`, `memory` or `stages`, not `4ms`"
    ),
    (
      "backend_defaults: {service: {cpu: ▼4}}\nbackends: {one: {}, two: {}}",
      "`cpu` needs a unit, such as 4s or 4ms, not `4`"
    ),
    (
      "backends: {one: {workers: ▼0, service: {cpu: 4ms}}}",
      "`workers` must be a whole number from 1 to 1000000, not `0`"
    ),
    (
      "backends: {one: {workers: ▼all, service: {cpu: 4ms}}}",
      "`workers` must be unlimited or a whole number from 1 to 1000000, not `all`"
    ),
    (
      "backends: {one: {backlog: ▼-1, service: {cpu: 4ms}}}",
      "`backlog` must be a whole number from 0 to 10000000, not `-1`"
    ),
    (
      "backends: {one: {restart: ▼on-failure:0, service: {cpu: 4ms}}}",
      "`restart` must be no, always, unless-stopped, on-failure or on-failure:5, not "
        + "`on-failure:0`"
    ),
    (
      "backends: {one: {workers: 2, cores: ▼3, service: {cpu: 4ms}}}",
      "2 workers cannot use 3 cores at once; lower `cores` or leave it out"
    ),
    (
      "backend_defaults: {cores: 3}\nbackends: {one: {workers: ▼2, service: {cpu: 4ms}}}",
      "2 workers cannot use 3 cores at once; lower `cores` or leave it out"
    ),
    (
      "backends: {▼users: {service: {cpu: 4ms}}}",
      "`users` is the name of a client group too; choose another"
    ),
    (
      "backends: {one: {healthcheck: {interval: ▼0s}, service: {cpu: 4ms}}}",
      "`interval` must be longer than 0, not `0s`"
    ),
    (
      "backends: {one: {healthcheck: {▼intreval: 1s}, service: {cpu: 4ms}}}",
      "unknown key `intreval`; did you mean `interval`?"
    ),
  ])
  func `a mistake has its place`(text: String, message: String) {
    expect(Document(backends: text).text, complains: message)
  }

  @Test func `more CPU quota than cores is no contradiction`() throws {
    let backends = "backends: {one: {cpus: 4, cores: 1, workers: 1, service: {cpu: 4ms}}}"
    #expect(try Document(backends: backends).decoded().backends.map(\.cpus) == [Cores(4)])
  }

  @Test func `as many backends as are possible can be read, and no more`() throws {
    func lines(_ count: Int) -> String {
      let backends = (0..<count).map { "  b\($0): {}\n" }.joined()
      return "backend_defaults: {service: {cpu: 4ms}}\nbackends:\n\(backends)"
    }
    #expect(try Document(backends: lines(100_000)).decoded().backends.count == 100_000)
    let diagnostics = #expect(throws: Diagnostics.self) {
      _ = try Document(backends: lines(100_001)).decoded()
    }
    #expect(
      diagnostics?.all.map(\.message)
        == ["`backends` has 100001 entries; at most 100000 are possible"])
  }
}
