import ExperimentDecoding
import ExperimentModel
import Testing

@Suite struct `The network` {
  @Test func `links and the transport are read`() throws {
    let more = """
      network:
        transport: message
        links:
          - {from: balancer, to: one, latency: {exponential: 1ms}}
          - {from: users, to: balancer, latency: 0}
          - {from: backends, to: balancer, latency: 2ms}
      """
    let expected = Network(
      transport: .message,
      links: [
        Link(from: .balancer, to: .named("one"), latency: .exponential(mean: .milliseconds(1))),
        Link(from: .named("users"), to: .balancer, latency: .constant(.zero)),
        Link(from: .backends, to: .balancer, latency: .constant(.milliseconds(2))),
      ])
    #expect(try Document(more: more).decoded().network == expected)
  }

  @Test(arguments: [
    ("{transport: ▼udp}", "`transport` must be tcp or message, not `udp`"),
    ("{links: ▼{}}", "`links` must be a list, not a mapping"),
    (
      "{links: [▼{from: clients, to: balancer}]}",
      "a link needs `latency`, such as `latency: 0.5ms`"
    ),
    (
      "{links: [▼{from: clients, to: backends, latency: 1ms}]}",
      "a link has the balancer at exactly one end; this one leads nowhere"
    ),
    (
      "{links: [▼{from: balancer, to: balancer, latency: 1ms}]}",
      "a link has the balancer at exactly one end; this one leads nowhere"
    ),
    (
      "{links: [▼{from: one, to: two, latency: 1ms}]}",
      "a link has the balancer at exactly one end; this one leads nowhere"
    ),
    (
      "{links: [{from: ▼cleints, to: balancer, latency: 1ms}]}",
      "`from` must be clients, balancer, backends, or the name of a client group, balancer, "
        + "backend or site (did you mean `clients`?), not `cleints`"
    ),
    (
      "{links: [{from: balancer, to: ▼back-77, latency: 1ms}]}",
      "`to` must be clients, balancer, backends, or the name of a client group, balancer, "
        + "backend or site, not `back-77`"
    ),
    (
      "{links: [{from: balancer, to: ▼[one, two], latency: 1ms}]}",
      "`to` must be clients, balancer, backends, or the name of a client group, balancer, "
        + "backend or site, not a list"
    ),
    (
      "{links: [{from: balancer, to: one, latency: ▼-1ms}]}",
      "`latency` must be 0 or longer, not `-1ms`"
    ),
  ])
  func `a mistake has its place`(text: String, message: String) {
    expect(Document(more: "network: \(text)").text, complains: message)
  }
}

@Suite struct `The run` {
  @Test func `its settings are read`() throws {
    let more = "run: {seed: 18446744073709551615, warmup: 10s, duration: 2m}"
    #expect(
      try Document(more: more).decoded().run
        == RunSettings(seed: .max, warmup: .seconds(10), duration: .seconds(120)))
    #expect(try Document(more: "run: {warmup: none}").decoded().run == RunSettings())
    #expect(
      try Document(more: "run: {warmup: auto, replications: 30, precision: 2%}").decoded().run
        == RunSettings(findsWarmup: true, replications: 30, precision: Ratio(0.02)))
  }

  @Test(arguments: [
    ("{seed: ▼-1}", "`seed` must be a whole number from 0 to 18446744073709551615, not `-1`"),
    (
      "{seed: ▼18446744073709551616}",
      "`seed` must be a whole number from 0 to 18446744073709551615, not `18446744073709551616`"
    ),
    ("{replications: ▼0}", "`replications` must be a whole number from 1 to 10000, not `0`"),
    ("{precision: ▼90%}", "`precision` must lie between 0.1% and 50%, not `90%`"),
    ("{duration: ▼0}", "`duration` must be longer than 0, not `0`"),
    (
      "{duration: 60s, warmup: ▼60s}",
      "`warmup` leaves nothing to measure; it must be shorter than the run of 60.0 seconds"
    ),
    (
      "{duration: ▼11000000h}",
      "`duration` must be at most 10 years (87600h), not `11000000h`"
    ),
  ])
  func `a mistake has its place`(text: String, message: String) {
    expect(Document(more: "run: \(text)").text, complains: message)
  }

  @Test func `the warm-up is held against the clients where they fix the length`() {
    let clients = "clients: {u: {start: 5s, closed: {concurrency: 1, duration: 10s}}}"
    expect(
      Document(clients: clients, more: "run: {warmup: ▼15s}").text,
      complains:
        "`warmup` leaves nothing to measure; it must be shorter than the run of 15.0 seconds")
  }

  @Test func `a group that begins after the end of the run never would`() {
    expect(
      Document(
        clients: "clients: {u: {start: ▼60s, closed: {concurrency: 1}}}",
        more: "run: {duration: 60s}"
      ).text, complains: "the run ends before `start`; let the group begin before run.duration")
  }
}
