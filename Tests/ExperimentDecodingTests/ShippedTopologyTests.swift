import ExperimentDecoding
import ExperimentModel
import FoundationEssentials
import Testing

/// The folder of the package.
private let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

@Suite struct `Shipped topologies` {
  @Test func `three-weighted decodes to three containers behind nginx`() throws {
    let topology = try decoder.decode(contentsOf: root + "/topologies/three-weighted.yaml")
    let service = Service(cpu: .exponential(mean: .milliseconds(4)))
    let check = HealthCheck(interval: .seconds(30), timeout: .seconds(10), retries: 3)
    func backend(_ name: String, _ weight: Int, _ cpus: Double, _ megabytes: Int) -> Backend {
      Backend(
        name: name, weight: weight, cpus: Cores(cpus), cores: nil, workers: .count(40),
        backlog: 4096, service: service, memory: ByteCount(bytes: megabytes << 20),
        healthcheck: check, restart: .unlessStopped)
    }
    let expected = Topology(
      name: "three-weighted",
      description: "nginx in front of three FastAPI containers",
      clients: [
        ClientGroup(
          name: "stress",
          workload: .closed(ClosedLoop(concurrency: 100, extent: .requests(20_000))),
          timeout: .seconds(30))
      ],
      balancer: Balancer(like: .nginx, strategy: StrategyChoice("nginx.weighted-round-robin")),
      backends: [
        backend("back-01", 1, 0.125, 64), backend("back-02", 2, 0.25, 128),
        backend("back-03", 3, 0.25, 256),
      ],
      network: Network(
        transport: .tcp,
        links: [
          Link(from: .clients, to: .balancer, latency: .constant(.microseconds(500))),
          Link(from: .balancer, to: .backends, latency: .constant(.microseconds(200))),
        ]),
      run: RunSettings(seed: 1, warmup: .zero, duration: nil))
    #expect(topology == expected)
  }

  @Test func `the example of the format's page decodes`() throws {
    let page = try String(contentsOfFile: root + "/Docs/Format.md", encoding: .utf8)
    let fence = "```yaml\n"
    let example = try #require(
      page.split(separator: fence).dropFirst().first?.split(separator: "```").first)
    let topology = try decoder.decode(String(example), file: "Format.md")
    #expect(topology.backends.map(\.name) == ["back-01", "back-02", "spare"])
    #expect(topology.clients.map(\.workload.isOpen) == [true, false])
  }
}

extension Workload {
  /// Whether requests arrive whatever becomes of the earlier ones.
  fileprivate var isOpen: Bool {
    if case .open = self { true } else { false }
  }
}
