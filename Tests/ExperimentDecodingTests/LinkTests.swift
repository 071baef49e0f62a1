import ExperimentDecoding
import ExperimentModel
import Testing

/// Links with loss and bandwidth, between sites, and profiles.
@Suite struct LinkDecodingTests {
  static func network(_ text: String) throws -> Network {
    try Document(
      clients: "clients: {users: {open: {rate: 1/s, requests: 1}, site: berlin}}",
      balancer: "balancer: {strategy: random, site: berlin}",
      backends: "backends: {one: {service: {cpu: 4ms}, site: paris}, two: {service: {cpu: 4ms}}}",
      more: "network: \(text)"
    ).decoded().network
  }

  @Test func `a link may lose packets, be narrow, and join sites`() throws {
    let network = try Self.network(
      """
      {links: [
        {from: clients, to: balancer, latency: 1ms, loss: 0.1%, bandwidth: 100Mbit/s},
        {from: berlin, to: paris, latency: 10ms}, {from: balancer, to: two, loss: 1%}]}
      """)
    #expect(
      network.links == [
        Link(
          from: .clients, to: .balancer, latency: .constant(.milliseconds(1)), loss: Ratio(0.001),
          bandwidth: Bandwidth(bitsPerSecond: 100e6)),
        Link(from: .site("berlin"), to: .site("paris"), latency: .constant(.milliseconds(10))),
        Link(from: .balancer, to: .named("two"), latency: .constant(.zero), loss: Ratio(0.01)),
      ])
    #expect(network.sites == ["users": "berlin", "balancer": "berlin", "one": "paris"])
  }

  @Test func `a link and a fault may name one of several balancers, which has a site`() throws {
    let topology = try Document(
      clients: "clients: {users: {open: {rate: 1/s, requests: 1}}}",
      balancer: "balancers: {east: {site: berlin}, west: {strategy: random}}",
      more: """
        network: {links: [
          {from: clients, to: west, latency: 2 ms, loss: 1 %, bandwidth: 1 Mbit/s},
          {from: berlin, to: one, latency: 3ms}]}
        faults:
          - {at: 0s, partition: [west, one], for: 1s}
        """
    ).decoded()
    #expect(
      topology.network.links == [
        Link(
          from: .clients, to: .named("west"), latency: .constant(.milliseconds(2)),
          loss: Ratio(0.01), bandwidth: Bandwidth(bitsPerSecond: 1e6)),
        Link(from: .site("berlin"), to: .named("one"), latency: .constant(.milliseconds(3))),
      ])
    #expect(topology.network.sites == ["east": "berlin"])
    #expect(topology.faults[0].targets == .names(["west"]))
  }

  @Test(arguments: [
    (
      "{east: {}, ▼balancer: {}}",
      "`balancer` has a meaning of its own in links; choose another name", ""
    ),
    (
      "{east: {}, west: {}}", "a link has the balancer at exactly one end; this one leads nowhere",
      "network: {links: [▼{from: east, to: west, latency: 1ms}]}"
    ),
  ])
  func `a balancer's name is its own, and balancers have no links to each other`(
    balancers: String, message: String, more: String
  ) {
    expect(
      Document(balancer: "balancers: \(balancers)", more: more).text, complains: message)
  }

  @Test func `a backend cannot have a balancer's name`() {
    expect(
      Document(
        balancer: "balancers: {east: {}, one: {}}",
        backends: "backends: {▼one: {service: {cpu: 4ms}}}"
      ).text, complains: "`one` is the name of a balancer too; choose another")
  }

  @Test func `a profile says what a link does not`() throws {
    let network = try Self.network(
      """
      {profile: lan, links: [
        {from: balancer, to: paris, profile: tailscale-relay, loss: 2%},
        {from: balancer, to: two, bandwidth: 1Gbit/s}]}
      """)
    #expect(network.profile == .lan)
    #expect(network.links[0].latency == NetworkProfile.tailscaleRelay.latency)
    #expect(network.links[0].bandwidth == Bandwidth(bitsPerSecond: 20e6))
    #expect(network.links[0].loss == Ratio(0.02) && network.links[0].packets.payload == 1_228)
    #expect(network.links[1].latency == .constant(.microseconds(100)))
  }

  @Test(arguments: [
    (
      "{profile: ▼tailscale}",
      "`profile` must be lan, wan, tailscale-direct, tailscale-relay, wifi, 3g or 2g, "
        + "not `tailscale`"
    ),
    (
      "{links: [{from: balancer, to: one, latency: 1ms, loss: ▼110%}]}",
      "`loss` must be a share from 0% to 100%, such as 10% or 0.1, not `110%`"
    ),
    (
      "{links: [{from: balancer, to: one, latency: 1ms, bandwidth: ▼0Mbit/s}]}",
      "`bandwidth` must lie between 1bit/s and 1000Tbit/s, not `0Mbit/s`"
    ),
  ])
  func `a mistake has its place`(text: String, message: String) {
    expect(Document(more: "network: \(text)").text, complains: message)
  }

  @Test(arguments: [
    ("100Mbit/s", 100e6), ("512kbit/s", 512e3), ("1.5Gbit", 1.5e9), ("9600bit/s", 9600),
  ])
  func `a bandwidth is read as on a command line`(text: String, bits: Double) throws {
    #expect(try Bandwidth(text: text) == Bandwidth(bitsPerSecond: bits))
  }
}
