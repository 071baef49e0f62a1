import LabTestSupport
import Reporting
import Testing

struct ExperimentTests {
  private func write(_ hypothesis: String, in folder: TemporaryFolder) throws -> String {
    _ = try folder.write(impatient, to: "impatient.yaml")
    return try folder.write(
      "topology: impatient.yaml\nhypothesis: ['\(hypothesis)']\n", to: "experiment.yaml")
  }

  @Test func `a hypothesis that holds leaves the status 0, and one that does not makes it 1`()
    async throws
  {
    let folder = try TemporaryFolder()
    let kept = try await simlab("run", try write("requests.issued == 400", in: folder))
    #expect(kept.ending == .exited(0) && kept.output.contains("requests.issued == 400  holds"))
    let broken = try await simlab(
      "run", try write("error_rate < 1%", in: folder), "--format", "json")
    #expect(broken.ending == .exited(1) && broken.errors.isEmpty)
    let json = try JSONValue(parsing: broken.output)
    #expect(json["verdict"]?.string == "refuted")
    let judgement = try #require(json["hypothesis"]?.elements?.first)
    #expect(judgement["expression"]?.string == "error_rate < 1%")
    #expect(judgement["holds"] == .bool(false))
    #expect(judgement["observed"] == json["error_rate"]?["value"])
  }

  @Test func `a value is set from the command line, and a wrong one is wrong usage`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(impatient, to: "impatient.yaml")
    let run = try await simlab(
      "run", file, "--set", "clients.late.open.requests=7", "--set", "clients.early.timeout=9s",
      "--format", "json")
    #expect(try JSONValue(parsing: run.output)["requests"]?["succeeded"]?.number == 307)
    let refused = try await simlab("run", file, "--set", "balancer.strateg=random")
    #expect(refused.ending == .exited(64))
    #expect(
      refused.errors == """
        --set balancer.strateg=random: unknown key `strateg`; did you mean `strategy`?\n
        """)
  }
}
