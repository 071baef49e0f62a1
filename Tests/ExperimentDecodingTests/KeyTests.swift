import ExperimentDecoding
import ExperimentModel
import Testing

@Suite struct `Keys` {
  @Test func `every mistake is reported in one go, in the order of the file`() {
    expect(
      """
      ▼nmae: lab
      clients:
        users:
          open: {rate: ▼600, requests: 10}
          timeout: ▼soon
      balancer: {strategy: ▼round-robbin}
      backends:
        one: {weight: ▼-1, service: {cpu: 4ms}}
        ▼two: {▼wieght: 1}
      """,
      complains: "unknown key `nmae`; did you mean `name`?",
      "`rate` needs a unit, such as 600/s, not `600`",
      "`timeout` must be a duration such as 250us, 4ms, 1.5s or 2m, not `soon`",
      "unknown strategy `round-robbin`; did you mean `round-robin`? (accepted names are "
        + "round-robin, random, power-of-two, weighted-round-robin and "
        + "nginx.weighted-round-robin)",
      "`weight` must be a whole number from 1 to 65535, not `-1`",
      "the backend `two` needs `service`, here or in backend_defaults, such as "
        + "`service: {cpu: 4ms}`",
      "unknown key `wieght`; did you mean `weight`?")
  }

  @Test func `a topology needs a name, clients and backends`() {
    expect(
      "▼▼▼description: nothing\nbalancer: {strategy: random}\n",
      complains:
        "a topology needs `backends`, such as `backends: {back-01: {service: {cpu: 4ms}}}`",
      "a topology needs `clients`, such as "
        + "`clients: {users: {open: {rate: 100/s, duration: 60s}}}`",
      "a topology needs `name`, such as `name: three-weighted`")
  }

  @Test func `keys that begin with x- may hold anything at the top only`() throws {
    #expect(
      try Document(more: "x-note: [1, {a: b}]").decoded() == Document().decoded())
    expect(
      Document(more: "run: {▼x-note: 1}").text,
      complains: "unknown key `x-note`; `run` takes seed, warmup, duration, replications "
        + "and precision")
  }

  @Test(arguments: [
    ("name", "must be a text of 1 to 128 characters"),
    ("clients", "must map a name to each client group"),
    ("backends", "must map a name to each backend"),
    (
      "run",
      "must be a mapping with keys such as `seed`, `warmup`, `duration`, `replications` or "
        + "`precision`"
    ),
    ("network", "must be a mapping with keys such as `transport`, `links` or `profile`"),
  ])
  func `a key without a value is a mistake`(key: String, demand: String) {
    var document = Document()
    let line = "\(key): ▼~"
    switch key {
    case "name": document.name = line
    case "clients": document.clients = line
    case "backends": document.backends = line
    default: document.more = line
    }
    expect(document.text, complains: "`\(key)` \(demand); it has no value")
  }

  @Test func `very many mistakes are counted, and only the first are shown`() throws {
    let keys = (0..<5000).map { "k\($0): 1" }.joined(separator: "\n")
    let diagnostics = try #require(throws: Diagnostics.self) {
      _ = try decoder.decode(keys, file: "many.yaml")
    }
    let lines = diagnostics.description.split(separator: "\n")
    #expect(lines.count == 101)
    #expect(lines.first?.hasPrefix("many.yaml:1:1: unknown key `k0`") == true)
    #expect(lines.last == "… and 4903 more")
  }
}
