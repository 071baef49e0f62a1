import ClusterModel
import ExperimentDecoding
import ExperimentModel
import FoundationEssentials
import Testing

/// Every topology that ships runs, and loses nothing.
@Suite struct ShippedTopologyTests {
  static let folder =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/topologies"

  static let files: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".yaml") }.sorted()

  @Test func `there are topologies`() {
    #expect(Self.files.count >= 15)
  }

  @Test(arguments: files)
  func `a shipped topology is sound, carries its file's name and loses no request`(
    file: String
  ) throws {
    let decoder = TopologyDecoder(strategies: StrategyCatalog.cards)
    var topology = try decoder.decode(contentsOf: "\(Self.folder)/\(file)")
    #expect("\(topology.name).yaml" == file)
    #expect(Simulation.refusal(of: topology) == nil)
    if topology.run.duration == nil { topology.run.duration = .seconds(60) }
    let result = Simulation(topology).run()
    let requests = result.requests
    #expect(requests.issued > 0 && requests.attempts >= requests.issued)
    #expect(requests.issued == requests.succeeded + requests.failed + requests.unfinished)
    #expect(result.backends.reduce(0) { $0 + $1.succeeded } == requests.succeeded)
    #expect(abs(result.backends.reduce(0) { $0 + $1.share } - 1) < 1e-9)
  }

  @Test(arguments: files.filter { $0.hasPrefix("three-weighted-stress") })
  func `the stress scenarios split their requests as their weights say`(file: String) throws {
    let decoder = TopologyDecoder(strategies: StrategyCatalog.cards)
    var topology = try decoder.decode(contentsOf: "\(Self.folder)/\(file)")
    topology.balancer.retry = RetryRule(on: [])
    topology.balancer.passive = PassiveChecks(maxFails: 0)
    let result = Simulation(topology).run()
    for (backend, weight) in zip(result.backends, [1.0, 2, 3]) {
      #expect(abs(backend.share - weight / 6) < 1e-3)
    }
  }
}
