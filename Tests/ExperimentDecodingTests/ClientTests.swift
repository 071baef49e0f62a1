import ExperimentDecoding
import ExperimentModel
import Testing

/// The only client group of a topology with this text for it.
private func group(_ text: String, more: String = "") throws -> ClientGroup {
  let topology = try Document(clients: "clients: {u: \(text)}", more: more).decoded()
  return try #require(topology.clients.first)
}

@Suite struct `Client groups` {
  @Test func `an open group is read with all its keys`() throws {
    let expected = ClientGroup(
      name: "u",
      workload: .open(
        OpenLoop(rate: Rate(perSecond: 600), arrivals: .constant, extent: .duration(.seconds(60)))),
      start: .seconds(5), keepalive: true, timeout: .milliseconds(1500))
    #expect(
      try group(
        "{open: {rate: 600/s, arrivals: constant, duration: 60s}, start: 5s, keepalive: true, "
          + "timeout: 1.5s}") == expected)
  }

  @Test func `a closed group is read with all its keys`() throws {
    let expected = ClientGroup(
      name: "u",
      workload: .closed(
        ClosedLoop(
          concurrency: 7, extent: .requests(1_000_000_000_000),
          think: .exponential(mean: .seconds(1)))))
    #expect(
      try group("{closed: {concurrency: 7, requests: 1000000000000, think: {exponential: 1s}}}")
        == expected)
  }

  @Test(arguments: [
    ("poisson", ArrivalProcess.poisson), ("constant", .constant),
    ("{gamma: {mean: 1s, cv: 2}}", .renewal(.gamma(mean: .seconds(1), cv: 2))),
    ("4ms", .renewal(.constant(.milliseconds(4)))),
  ])
  func `arrivals have a name or a distribution of gaps`(text: String, expected: ArrivalProcess)
    throws
  {
    let workload = try group("{open: {rate: 1/s, requests: 1, arrivals: \(text)}}").workload
    #expect(
      workload
        == .open(
          OpenLoop(rate: Rate(perSecond: 1), arrivals: expected, extent: .requests(1))))
  }

  @Test func `the order of the groups is that of the file`() throws {
    let names = ["zeta", "alpha", "mid", "beta"]
    let groups = names.map { "\($0): {closed: {concurrency: 1, requests: 1}}" }
    let topology = try Document(clients: "clients: {\(groups.joined(separator: ", "))}").decoded()
    #expect(topology.clients.map(\.name) == names)
  }

  @Test func `a group may go on until the run ends, when the run does`() throws {
    #expect(
      try group("{closed: {concurrency: 1}}", more: "run: {duration: 60s}").workload
        == .closed(ClosedLoop(concurrency: 1, extent: .untilRunEnds)))
    expect(
      Document(clients: "clients: {u: {▼closed: {concurrency: 1}}}").text,
      complains:
        "`closed` would never end; give `requests`, `duration` or run.duration")
    expect(
      Document(clients: "clients: {u: {▼open: {rate: 1/s}}}").text,
      complains: "`open` would never end; give `requests`, `duration` or run.duration")
  }

  @Test(arguments: [
    ("▼{}", "`clients` is empty; at least one client group is needed"),
    ("▼[]", "`clients` must map a name to each client group, not a list"),
    (
      "{▼u: {}}",
      "the client group `u` needs `open`, `closed` or `trace`, such as "
        + "`closed: {concurrency: 100, requests: 20000}`"
    ),
    (
      "{u: {open: {rate: 1/s}, ▼closed: {concurrency: 1}}}",
      "a client group is either open, closed or a trace; make two groups to have both"
    ),
    (
      "{u: {open: {rate: 1/s, requests: 1, ▼duration: 1s}}}",
      "give either `requests` or `duration`, not both"
    ),
    ("{u: {▼open: {requests: 1}}}", "`open` needs `rate`, such as `rate: 600/s`"),
    (
      "{u: {▼closed: {requests: 1}}}",
      "`closed` needs `concurrency`, such as `concurrency: 100`"
    ),
    (
      "{u: {closed: {concurrency: ▼0, requests: 1}}}",
      "`concurrency` must be a whole number from 1 to 10000000, not `0`"
    ),
    (
      "{u: {closed: {concurrency: 1, requests: ▼0}}}",
      "`requests` must be a whole number from 1 to 1000000000000, not `0`"
    ),
    (
      "{u: {closed: {concurrency: 1, requests: ▼99999999999999999999999}}}",
      "`requests` must be a whole number from 1 to 1000000000000, not "
        + "`99999999999999999999999`"
    ),
    (
      "{u: {closed: {concurrency: 1, duration: ▼0s}}}",
      "`duration` must be longer than 0, not `0s`"
    ),
    (
      "{u: {open: {rate: 1/s, requests: 1, arrivals: ▼possion}}}",
      "`arrivals` must be poisson or constant (did you mean `poisson`?), not `possion`"
    ),
    (
      "{u: {open: {rate: 1/s, requests: 1, arrivals: ▼4}}}",
      "`arrivals` needs a unit, such as 4s or 4ms, not `4`"
    ),
    (
      "{u: {open: {rate: 1/s, requests: 1, arrivals: ▼0}}}",
      "`arrivals` must have gaps longer than 0, not `0`"
    ),
    (
      "{u: {open: {rate: 1/s, requests: 1}, keepalive: ▼yes}}",
      "`keepalive` must be true or false, not `yes`"
    ),
    (
      "{u: {open: {rate: 1/s, requests: 1}, timeout: ▼0}}",
      "`timeout` must be longer than 0, not `0`"
    ),
    (
      "{u: {open: {rate: 1/s, requests: 1}, start: ▼20000000h}}",
      "`start` must be at most 10 years (87600h), not `20000000h`"
    ),
    (
      "{▼'a b': {open: {rate: 1/s, requests: 1}}}",
      "the name `a b` must have 1 to 128 characters, no blanks"
    ),
    (
      "{▼balancer: {open: {rate: 1/s, requests: 1}}}",
      "`balancer` has a meaning of its own in links; choose another name"
    ),
    (
      "{▼clients: {open: {rate: 1/s, requests: 1}}, u: {open: {rate: 1/s, requests: 1}}}",
      "`clients` has a meaning of its own in links; choose another name"
    ),
    (
      "{u: ▼3}",
      "`u` must be a mapping with keys such as `open`, `closed`, `trace`, "
        + "`start`, `keepalive`, `timeout`, `retry`, `request` or `site`, not `3`"
    ),
  ])
  func `a mistake has its place`(text: String, message: String) {
    expect(Document(clients: "clients: \(text)").text, complains: message)
  }

  @Test func `requests that would take longer than ten years to arrive are refused`() {
    expect(
      Document(clients: "clients: {u: {open: {rate: 1/m, requests: ▼6000000}}}").text,
      complains: "`requests` must arrive within 10 years (87600h) at this rate, not `6000000`")
  }

  @Test func `the only group may be called clients`() throws {
    let clients = "clients: {clients: {open: {rate: 1/s, requests: 1}}}"
    #expect(try Document(clients: clients).decoded().clients.map(\.name) == ["clients"])
  }
}
