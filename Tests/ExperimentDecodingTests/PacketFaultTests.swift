import ExperimentDecoding
import ExperimentModel
import Testing

@Suite struct PacketFaultDecodingTests {
  static let nodes = """
    clients: {users: {open: {rate: 100/s, duration: 10m}, site: berlin}}
    balancer: {strategy: round-robin, site: berlin}
    backend_defaults: {service: {cpu: 4ms}, site: paris}
    backends: {back-01: {site: berlin}, back-02: {}, back-03: {}}
    """

  static func document(_ faults: String, run: String = "run: {seed: 1}") -> String {
    "name: lab\n\(nodes)\n\(run)\nfaults:\n\(faults)\n"
  }

  static func faults(_ lines: String) throws -> [ScheduledFault] {
    try decoder.decode(document(lines), file: "bad.yaml").faults
  }

  @Test func `what happens to packets is read with all its parameters`() throws {
    let faults = try Self.faults(
      """
        - {at: 1m, delay: back-03, by: 100ms, jitter: 10ms, correlation: 25%,
           distribution: normal, direction: both, peer: balancer, port: 8000, for: 20s}
        - {at: 90s, drop: back-01, rate: 10%, for: 20s, every: 60s, times: 3}
        - {at: 2s, duplicate: balancer, rate: 0.5, correlation: 10%}
        - {at: 3s, corrupt: users, rate: 1%, direction: ingress}
        - {at: 4s, reorder: [back-01, back-02], rate: 30%, peer: [users, 198.18.0.0/15]}
        - {at: 5s, throttle: paris, bandwidth: 512kbit/s}
      """)
    #expect(
      faults.map(\.fault) == [
        .impair(
          .delay(
            PacketDelay(
              by: .milliseconds(100), jitter: .milliseconds(10), correlation: Ratio(0.25),
              distribution: .normal)),
          PacketFilter(direction: .both, peers: ["balancer"], port: 8000)),
        .impair(.drop(.random(Likelihood(rate: Ratio(0.1)))), PacketFilter()),
        .impair(
          .duplicate(Likelihood(rate: Ratio(0.5), correlation: Ratio(0.1))), PacketFilter()),
        .impair(
          .corrupt(Likelihood(rate: Ratio(0.01))), PacketFilter(direction: .ingress)),
        .impair(
          .reorder(Likelihood(rate: Ratio(0.3))), PacketFilter(peers: ["users", "198.18.0.0/15"])),
        .impair(.throttle(Bandwidth(bitsPerSecond: 512_000)), PacketFilter()),
      ])
    #expect(faults[1].every == .seconds(60) && faults[1].times == 3)
    #expect(faults[5].targets == .names(["back-02", "back-03"]))
  }

  @Test func `losses come by chance, or by a channel with a memory`() throws {
    let faults = try Self.faults(
      """
        - {at: 1s, drop: back-01, model: {gilbert-elliott: {to_bad: 1%, to_good: 30%}}}
        - {at: 2s, drop: back-01, port: 53, protocol: udp, model:
            {gilbert-elliott: {to_bad: 1%, to_good: 9%, loss_in_bad: 80%, loss_in_good: 1%}}}
        - {at: 3s, drop: back-01, model: {four-state: {p13: 1%, p31: 10%, p14: 2%}}}
      """)
    #expect(
      faults.map(\.fault) == [
        .impair(
          .drop(
            .gilbertElliott(
              toBad: Ratio(0.01), toGood: Ratio(0.3), lossInBad: Ratio(1), lossInGood: Ratio(0))),
          PacketFilter()),
        .impair(
          .drop(
            .gilbertElliott(
              toBad: Ratio(0.01), toGood: Ratio(0.09), lossInBad: Ratio(0.8),
              lossInGood: Ratio(0.01))), PacketFilter(port: 53, transport: .udp)),
        .impair(
          .drop(
            .fourState(
              p13: Ratio(0.01), p31: Ratio(0.1), p32: Ratio(0), p23: Ratio(1), p14: Ratio(0.02))),
          PacketFilter()),
      ])
  }

  @Test func `a network may become like one that many know`() throws {
    let faults = try Self.faults("  - {at: 1s, degrade: back-01, profile: 3g, direction: both}")
    #expect(
      faults.map(\.fault) == [
        .degrade(.thirdGeneration, PacketFilter(direction: .both))
      ])
    let effects = faults[0].fault.effects
    #expect(effects.count == 3, "losses, a bandwidth and a delay")
  }

  @Test func `a partition has two sides of nodes, kinds of nodes or sites`() throws {
    let faults = try Self.faults(
      """
        - {at: 1s, partition: [balancer, back-02], for: 15s}
        - {at: 2s, partition: [[back-01, back-02], [balancer, clients]], one_way: true}
        - {at: 3s, partition: [berlin, paris]}
        - {at: 4s, partition: [{any: 1, of: backends}, balancer]}
      """)
    #expect(
      faults.map(\.fault) == [
        .partition(from: ["back-02"], isOneWay: false),
        .partition(from: ["balancer", "users"], isOneWay: true),
        .partition(from: ["back-02", "back-03"], isOneWay: false),
        .partition(from: ["balancer"], isOneWay: false),
      ])
    #expect(
      faults.map(\.targets) == [
        .names(["balancer"]), .names(["back-01", "back-02"]),
        .names(["users", "balancer", "back-01"]),
        .any(1, of: ["back-01", "back-02", "back-03"]),
      ])
  }

  @Test func `resources are taken away by a limit or by competing use`() throws {
    let faults = try Self.faults(
      """
        - {at: 1s, cpu: back-01, cpus: 0.05, for: 5s}
        - {at: 2s, cpu: backends, burn: 2}
        - {at: 3s, memory: back-01, limit: 32M}
        - {at: 4s, memory: {label: role=backend}, fill: 100M}
        - {at: 5s, kill: {label: doomed}}
      """)
    #expect(
      faults.map(\.fault) == [
        .limitCPU(Cores(0.05)), .burnCPU(Cores(2)), .limitMemory(ByteCount(bytes: 32 << 20)),
        .fillMemory(ByteCount(bytes: 100 << 20)), .kill(signal: "KILL", refuses: false),
      ])
    #expect(faults[1].targets == .names(["back-01", "back-02", "back-03"]))
    #expect(faults[3].targets == .label(key: "role", value: "backend"))
    #expect(faults[4].targets == .label(key: "doomed", value: nil))
  }

  @Test(arguments: [
    (
      "- {at: 1s, drop: back-01, rate: ▼140%}",
      "`rate` must be a share from 0% to 100%, such as 10% or 0.1, not `140%`"
    ),
    ("- {at: 1s, drop: back-01, rate: ▼0%}", "`rate` must be more than 0%, not `0%`"),
    ("- {at: 1s, delay: back-01, by: ▼0s}", "`by` must be longer than 0, not `0s`"),
    (
      "- {at: 1s, delay: back-01, by: 1ms, ▼correlation: 5%}",
      "`correlation` shapes the jitter; give `jitter`, such as `jitter: 10ms`"
    ),
    (
      "- {at: 1s, delay: back-01, by: 1ms, jitter: 1ms, distribution: ▼pereto}",
      "`distribution` must be uniform, normal, pareto or paretonormal (did you mean `pareto`?), "
        + "not `pereto`"
    ),
    (
      "- {at: 1s, delay: back-01, by: 1ms, direction: ▼out}",
      "`direction` must be egress, ingress or both, not `out`"
    ),
    (
      "- {at: 1s, drop: back-01, rate: 1%, port: ▼70000}",
      "`port` must be a whole number from 1 to 65535, not `70000`"
    ),
    (
      "- {at: 1s, drop: back-01, rate: 1%, peer: ▼back-2}",
      "there is no balancer, client group, backend or site `back-2`; did you mean `back-02`?"
    ),
    (
      "- {at: 1s, throttle: back-01, bandwidth: ▼10}",
      "`bandwidth` needs a unit, such as 10Mbit/s, not `10`"
    ),
    (
      "- {at: 1s, partition: [back-01, ▼back-01]}",
      "a node cannot be cut off from itself; `back-01` is on both sides"
    ),
    (
      "- {at: 1s, partition: ▼back-01}",
      "`partition` needs two sides, such as `partition: [balancer, back-02]`"
    ),
    (
      "- {at: 1s, cpu: back-01, cpus: 1, ▼burn: 2}", "give either `cpus` or `burn`, not both"
    ),
    ("- ▼{at: 1s, memory: back-01}", "the fault needs `limit: 32M` or `fill: 100M`"),
    (
      "- {at: 1s, kill: ▼users}", "only backends can be targets here; `users` is none"
    ),
    ("- {at: ▼11m, pause: back-01}", "`at` must be before the end of the run, not `11m`"),
  ])
  func `a mistake in a fault is told at its place`(line: String, message: String) {
    expect(Self.document("  " + line), complains: message)
  }

  @Test func `a site cannot have the name of a node`() {
    expect(
      Document(backends: "backends: {▼one: {service: {cpu: 4ms}, site: users}}").text,
      complains: "`users` is the name of a site and of something else; choose another")
  }
}
