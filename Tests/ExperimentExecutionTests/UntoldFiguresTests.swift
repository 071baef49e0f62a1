import ClusterModel
import ExperimentDecoding
import ExperimentExecution
import LabTestSupport
import LoadGeneration
import Reporting
import Testing

struct UntoldFiguresTests {
  @Test func `a share of answers that name no backend meets no expectation`() async throws {
    let server = try LoopbackServer()
    let folder = try TemporaryFolder()
    let file = try folder.write(
      """
      name: untold
      clients: {users: {closed: {concurrency: 2, requests: 20}}}
      balancer: {strategy: round-robin, like: ideal}
      backends: {back-01: {service: {cpu: 1ms}}, back-02: {service: {cpu: 1ms}}}
      hypothesis: ['backends.back-02.share < 60%', 'error_rate < 1%']
      """, to: "untold.yaml")
    let decoder = TopologyDecoder(strategies: StrategyCatalog.cards)
    let experiment = try decoder.decodeExperiment(contentsOf: file)
    let endpoint = try LiveEndpoint(url: server.url)
    let result: Result<LiveRun.Outcome, LiveRunError> = await withCheckedContinuation { waiting in
      SystemThread.start {
        do throws(LiveRunError) {
          waiting.resume(returning: .success(try LiveRun(experiment, at: endpoint).run()))
        } catch {
          waiting.resume(returning: .failure(error))
        }
      }
    }
    let report = try result.get().report
    #expect(report.load.run.hypothesis.map(\.holds) == [false, true])
    #expect(report.load.run.hypothesis[0].observed == nil)
    #expect(report.verdict == .refuted)
    let lines = try #require(try JSONValue(parsing: report.json)["hypothesis"]?.elements)
    #expect(lines[0]["observed"] == .null && lines[1]["observed"] == .whole(0))
    #expect(report.table().contains("observed nothing: there was nothing to tell it from"))
  }
}
