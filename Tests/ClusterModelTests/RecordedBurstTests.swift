import ClusterModel
import ExperimentModel
import FoundationEssentials
import LabTestSupport
import Reporting
import Statistics
import Testing

/// Bursts of CPU under a quota, as a Linux kernel was recorded to run them.
@Suite struct RecordedBurstTests {
  /// One line of the recording: so much CPU time, again and again after a pause.
  struct Bursts: Sendable, CustomTestStringConvertible {
    var quota: Double
    var cpu: Double
    var gap: Double
    /// The wall times in milliseconds, in order of length.
    var walls: [Double]
    var testDescription: String { "\(cpu) ms of CPU after \(gap) ms" }
  }

  static func recorded() throws -> [Bursts] {
    let path = BuiltProduct.packageFolder + "/Tests/Recordings/cfs-quota-12500us.json"
    let json = try JSONValue(parsing: try String(contentsOfFile: path, encoding: .utf8))
    return try #require(json["runs"]?.elements).map { run in
      Bursts(
        quota: try #require(run["quota_us"]?.number) / 1e5,
        cpu: try #require(run["cpu_ms_per_thread"]?.number),
        gap: try #require(run["gap_ms"]?.number),
        walls: try #require(run["wall_ms"]?.elements).compactMap(\.number).sorted())
    }
  }

  @Test func `a thread that burns, sleeps and burns again takes the recorded time`() throws {
    let recordings = try Self.recorded()
    #expect(recordings.count == 4)
    for bursts in recordings {
      let topology = Topology(
        name: "bursts",
        clients: [
          ClientGroup(
            name: "thread",
            workload: .closed(
              ClosedLoop(
                concurrency: 1, extent: .requests(15),
                think: .constant(Sample.milliseconds(bursts.gap)))))
        ],
        balancer: Balancer(like: .ideal, strategy: StrategyChoice("round-robin")),
        backends: [
          Backend(
            name: "b", cpus: Cores(bursts.quota), workers: .count(1),
            service: Service(cpu: .constant(Sample.milliseconds(bursts.cpu))))
        ],
        network: Network(transport: .message))
      let simulated = Simulation(topology).run().latency
      let median = simulated.percentile(50) / 1e6
      // The recording names its minimum and its median as what to go by; the machine had other
      // load, and reading the clock costs a burst of 5 ms some 3 %.
      #expect(abs(bursts.walls[bursts.walls.count / 2] / median - 1) < 0.06, "\(bursts)")
      #expect(bursts.walls[0] > 0.95 * median && bursts.walls[0] < 1.05 * median, "\(bursts)")
    }
  }
}
