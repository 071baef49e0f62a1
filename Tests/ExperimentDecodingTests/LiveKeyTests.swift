import ExperimentDecoding
import ExperimentModel
import LabTestSupport
import Testing

/// The keys that only the live world obeys.
struct LiveKeyTests {
  private func decode(_ more: String) throws -> Experiment {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      """
      name: live
      clients: {users: {closed: {concurrency: 1, requests: 10}}}
      balancer: {strategy: round-robin, like: ideal, url: "http://127.0.0.1:8080/"}
      backends: {back-01: {service: {cpu: 1ms}}}
      \(more)
      """, to: "live.yaml")
    let card = StrategyCard(name: "round-robin", summary: "in turn", source: "none")
    return try TopologyDecoder(strategies: [card]).decodeExperiment(contentsOf: file)
  }

  @Test func `the balancer's URL and the conditions of an early end are read`() throws {
    let experiment = try decode("abort: ['error_rate > 50%', 'backends.back-01.failed > 9']")
    #expect(experiment.topology.balancer.url == "http://127.0.0.1:8080/")
    #expect(
      experiment.abort.map(\.expression) == ["error_rate > 50%", "backends.back-01.failed > 9"])
    #expect(experiment.abort[0].bound == 0.5)
    #expect(try decode("").abort.isEmpty)
  }

  @Test func `a condition about nothing is refused at its place`() throws {
    let error = try #require(throws: Diagnostics.self) { try decode("abort: ['errors > 5']") }
    #expect(error.all.first?.line == 5)
  }
}
