import ExperimentDecoding
import ExperimentModel
import Testing

@Suite struct `Scalars` {
  @Test(arguments: [
    ("250us", Duration.microseconds(250)), ("250µs", .microseconds(250)),
    ("4ms", .milliseconds(4)), ("1.5s", .milliseconds(1500)), ("2m", .seconds(120)),
    ("1h", .seconds(3600)), ("7ns", .nanoseconds(7)), ("0.5ms", .microseconds(500)),
    ("0.1ms", .microseconds(100)), ("0.000000001s", .nanoseconds(1)),
    ("1m30s", .seconds(90)), ("'4ms'", .milliseconds(4)), ("1e-3s", .milliseconds(1)),
    ("0.7ns", .nanoseconds(1)), ("24h", .seconds(86_400)), ("+4ms", .milliseconds(4)),
    ("4 ms", .milliseconds(4)), ("1 m30 s", .seconds(90)),
  ])
  func `a duration is read exactly`(text: String, duration: Duration) throws {
    #expect(try distribution(text) == .constant(duration))
  }

  @Test(arguments: [
    ("4", "needs a unit, such as 4s or 4ms"),
    ("0.25", "needs a unit, such as 0.25s or 0.25ms"),
    ("-4ms", "must be 0 or longer"),
    ("4sec", "must have one of the units ns, us, ms, s, m or h"),
    ("4  ms", "must be a duration such as 250us, 4ms, 1.5s or 2m"),
    ("4ms!", "must be a duration such as 250us, 4ms, 1.5s or 2m"),
    ("fast", "must be a duration such as 250us, 4ms, 1.5s or 2m"),
    (".nan", "must be a duration such as 250us, 4ms, 1.5s or 2m"),
    (".inf", "must be a duration such as 250us, 4ms, 1.5s or 2m"),
    ("1e400s", "must be at most 10 years (87600h)"),
    ("1e999999999999999999999s", "must be at most 10 years (87600h)"),
    ("200000h", "must be at most 24h"),
    ("86401s", "must be at most 24h"),
    ("99999999999999999999999999999999999999999999h", "must be at most 10 years (87600h)"),
    ("2562047h2562047h", "must be at most 10 years (87600h)"),
    ("1e-12s", "must be at least 1ns, the resolution of the clock"),
    ("1e-400s", "must be at least 1ns, the resolution of the clock"),
  ])
  func `what is no duration says what to write`(text: String, demand: String) {
    expect(
      Document(backends: "backends: {one: {service: {cpu: ▼\(text)}}}").text,
      complains: "`cpu` \(demand), not `\(text)`")
  }

  @Test func `a duration that is nothing, a list or a mapping is refused`() {
    let demand = "must be a duration such as 250us, 4ms, 1.5s or 2m"
    let found = [
      ("~", "; it has no value"), ("[4ms]", ", not a list"), ("{a: 4ms}", ", not a mapping"),
    ]
    for (text, found) in found {
      expect(
        Document(
          clients: "clients: {u: {timeout: ▼\(text), open: {rate: 1/s, requests: 1}}}"
        ).text, complains: "`timeout` \(demand)\(found)")
    }
  }

  @Test(arguments: [
    ("600/s", 600.0), ("30/m", 0.5), ("0.5/s", 0.5), ("36/h", 0.01), ("2/ms", 2000),
    ("1e3/s", 1000),
  ])
  func `a rate is read per second`(text: String, perSecond: Double) throws {
    let clients = "clients: {u: {open: {rate: \(text), requests: 1}}}"
    let group = try #require(try Document(clients: clients).decoded().clients.first)
    #expect(
      group.workload
        == .open(OpenLoop(rate: Rate(perSecond: perSecond), extent: .requests(1))))
  }

  @Test(arguments: [
    ("600", "needs a unit, such as 600/s"), ("600/d", "must be per ms, s, m or h"),
    ("0/s", "must lie between 0.0001/s and 1000000000/s"),
    ("-1/s", "must lie between 0.0001/s and 1000000000/s"),
    ("1e400/s", "must lie between 0.0001/s and 1000000000/s"),
    ("nan/s", "must be a rate with its unit, such as 600/s or 30/m"),
    ("'/s'", "must be a rate with its unit, such as 600/s or 30/m"),
    ("''", "must be a rate with its unit, such as 600/s or 30/m"),
  ])
  func `what is no rate says what to write`(text: String, demand: String) {
    let shown = text.filter { $0 != "'" }
    expect(
      Document(clients: "clients: {u: {open: {rate: ▼\(text), requests: 1}}}").text,
      complains: "`rate` \(demand), not `\(shown)`")
  }

  @Test(arguments: [
    ("64M", 64 << 20), ("64m", 64 << 20), ("64MB", 64 << 20), ("64MiB", 64 << 20),
    ("1.5G", 3 << 29), ("4096", 4096), ("1k", 1024), ("512b", 512), ("1T", 1 << 40),
  ])
  func `a size is binary`(text: String, bytes: Int) throws {
    let backends = "backends: {one: {memory: \(text), service: {cpu: 4ms}}}"
    let backend = try #require(try Document(backends: backends).decoded().backends.first)
    #expect(backend.memory == ByteCount(bytes: bytes))
  }

  @Test(arguments: [
    ("0", "must be at least one byte and at most 1024P"),
    ("-64M", "must be at least one byte and at most 1024P"),
    ("9999P", "must be at least one byte and at most 1024P"),
    ("1e99G", "must be at least one byte and at most 1024P"),
    ("64Q", "must have one of the units B, K, M, G, T or P"),
    ("64ib", "must have one of the units B, K, M, G, T or P"),
    ("much", "must be a size such as 64M or 1.5G"),
  ])
  func `what is no size says what to write`(text: String, demand: String) {
    expect(
      Document(backends: "backends: {one: {memory: ▼\(text), service: {cpu: 4ms}}}").text,
      complains: "`memory` \(demand), not `\(text)`")
  }

  @Test(arguments: ["0", "-3", "65536", "1.5", "many", "0x10", "1e400", "1_000", ".nan", "''"])
  func `what is no weight is refused at its place`(text: String) {
    let shown = text.filter { $0 != "'" }
    expect(
      Document(backends: "backends: {one: {weight: ▼\(text), service: {cpu: 4ms}}}").text,
      complains: "`weight` must be a whole number from 1 to 65535, not `\(shown)`")
  }

  @Test(arguments: [("3", 3), ("65535", 65_535), ("'7'", 7), ("2.0", 2), ("1e3", 1000)])
  func `a whole number may be written in several ways`(text: String, weight: Int) throws {
    let backends = "backends: {one: {weight: \(text), service: {cpu: 4ms}}}"
    #expect(try Document(backends: backends).decoded().backends.map(\.weight) == [weight])
  }

  @Test(arguments: ["0", "-1", "0.001", "nan", ".inf", "inf", "1e400", "0x1p3", "two"])
  func `what is no number of cores is refused`(text: String) {
    expect(
      Document(backends: "backends: {one: {cpus: ▼\(text), service: {cpu: 4ms}}}").text,
      complains: "`cpus` must be a number from 0.01 to 65536, not `\(text)`")
  }

  @Test func `what a message shows is short and harmless to a terminal`() {
    expect(
      Document(name: "name: lab\n▼\"\\e[31m\(String(repeating: "x", count: 100))\": 1").text,
      complains: "unknown key `\\u{1B}[31m\(String(repeating: "x", count: 55))…`; a topology takes "
        + "name, description, clients, balancer, balancers, backend_defaults, backends, network, "
        + "faults, run, question, hypothesis, compare and abort"
    )
  }
}
