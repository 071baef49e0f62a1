import ClusterModel
import ExperimentDecoding
import ExperimentModel
import FoundationEssentials
import LabTestSupport
import Reporting
import Statistics
import Testing

/// What three real containers under CPU quotas were recorded to do behind nginx, predicted from
/// `topologies/three-under-ab.yaml` and what a request costs.
///
/// `Scripts/record-live-run` makes the recordings. Nothing in the model is fitted to them.
@Suite struct RecordedLiveRunTests {
  /// What differs from the topology, by the server that was recorded.
  ///
  /// One thread of Python runs at a time, and it keeps the interpreter for up to 5 ms: so short a
  /// request is over before another one's turn comes.
  static let settings: [String: [(String, String)]] = [
    "processes": [],
    "threads": [
      ("backend_defaults.server", "event-loop"), ("backend_defaults.workers", "unlimited"),
      ("backend_defaults.cores", "1"),
    ],
  ]

  /// The figures that are compared, in the order of throughput, p90, p95 and p99.
  static let percentiles = [90.0, 95, 99]

  @Test(arguments: ["processes", "threads"])
  func `a recorded run is predicted with a median error under 7 %`(server: String) throws {
    let folder = BuiltProduct.packageFolder + "/Tests/Recordings/live"
    let text = try String(contentsOfFile: "\(folder)/\(server).json", encoding: .utf8)
    let recording = try JSONValue(parsing: text)
    let cost = try #require(recording["cpu_ms"]?.number)
    let runs = try #require(recording["runs"]?.elements)
    #expect(runs.count == 9)
    var errors: [Double] = []
    for run in runs {
      let recorded = try Self.figures(of: run)
      let predicted = try Self.prediction(of: run, server: server, cost: cost)
      errors += zip(predicted, recorded).map { abs($0 / $1 - 1) }
    }
    errors.sort()
    let median = (errors[errors.count / 2 - 1] + errors[errors.count / 2]) / 2
    #expect(median < 0.07, "the median error is \(median)")
    // Which requests are the dear ones is luck, so that single figures are farther off.
    #expect(errors[errors.count * 9 / 10] < 0.3, "\(errors)")
  }

  static func figures(of run: JSONValue) throws -> [Double] {
    let throughput = try #require(run["throughput_per_s"]?.number)
    return try [throughput]
      + percentiles.map {
        try #require(run["latency_ms"]?["p\(Int($0))"]?.number)
      }
  }

  /// The means of ten runs, as `simlab run` makes them.
  static func prediction(of run: JSONValue, server: String, cost: Double) throws -> [Double] {
    let weights = try #require(run["weights"]?.elements).compactMap(\.number)
    let concurrency = Int(try #require(run["concurrency"]?.number))
    let requests = Int(try #require(run["requests"]?.number))
    var settings = [
      ("backend_defaults.service.cpu", "{exponential: \(cost)ms}"),
      ("balancer.strategy", try #require(run["strategy"]?.string)),
      ("clients.ab.closed.concurrency", String(concurrency)),
      ("clients.ab.closed.requests", String(requests)),
    ]
    settings += weights.enumerated().map { ("backends.back-0\($0 + 1).weight", String(Int($1))) }
    settings += try #require(Self.settings[server])
    let decoder = TopologyDecoder(strategies: StrategyCatalog.cards)
    var topology = try decoder.decodeExperiment(
      contentsOf: BuiltProduct.packageFolder + "/topologies/three-under-ab.yaml",
      settings: settings.map { Setting(path: $0, value: $1, source: $0) }
    ).topology
    var sums = [0.0, 0, 0, 0]
    for seed in UInt64(1)...10 {
      topology.run.seed = seed
      let result = Simulation(topology).run()
      let figures =
        [result.throughputPerSecond]
        + percentiles.map {
          result.latency.percentile($0) / 1e6
        }
      sums = zip(sums, figures).map { $0 + $1 / 10 }
    }
    return sums
  }
}
