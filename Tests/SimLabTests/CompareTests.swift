import LabTestSupport
import Reporting
import Testing

struct CompareTests {
  private func json(_ words: [String]) async throws -> JSONValue {
    let run = try await CommandRun.run(
      BuiltProduct.path("simlab"), ["compare", threeWeighted, "--requests", "400"] + words)
    #expect(run.ending == .exited(0) && run.errors.isEmpty, "\(run)")
    return try JSONValue(parsing: run.output)
  }

  @Test func `strategies are compared with the first, each difference with a verdict`() async throws
  {
    let json = try await json([
      "--strategies", "weighted-round-robin,least-connections", "--format", "json",
    ])
    #expect(json["baseline"]?.string == "nginx.weighted-round-robin")
    let results = try #require(json["results"]?.elements)
    #expect(
      results.compactMap { $0["strategy"]?.string } == [
        "nginx.weighted-round-robin", "least-connections",
      ])
    #expect(results.allSatisfy { $0["replications"]?.number == 20 })
    let differences = try #require(json["differences"]?.elements)
    let verdicts = ["better", "worse", "not distinguishable"]
    for difference in differences {
      #expect(difference["strategy"]?.string == "least-connections")
      #expect(difference["difference"]?["ci95"]?.elements?.count == 2)
      #expect(verdicts.contains(difference["verdict"]?.string ?? ""))
    }
    let metrics = differences.compactMap { $0["metric"]?.string }
    #expect(metrics.contains("latency_ms.p99") && metrics.contains("throughput_per_s"))
  }

  @Test func `a strategy is not distinguishable from itself`() async throws {
    let json = try await json([
      "--strategies", "random,random", "--replications", "5", "--format", "json",
    ])
    let differences = try #require(json["differences"]?.elements)
    #expect(!differences.isEmpty)
    for difference in differences {
      #expect(difference["verdict"]?.string == "not distinguishable")
      #expect(difference["difference"]?["value"]?.number == 0)
    }
  }

  @Test func `any setting can vary, and the baseline is named by its value`() async throws {
    let json = try await json([
      "--vary", "clients.stress.closed.concurrency=100,10", "--baseline", "10",
      "--replications", "5", "--format", "json",
    ])
    #expect(json["baseline"]?.string == "clients.stress.closed.concurrency=10")
    let mean = try #require(
      json["differences"]?.elements?.first { $0["metric"]?.string == "latency_ms.mean" })
    #expect(mean["verdict"]?.string == "worse")
  }

  @Test func `the table ranks them and says what cannot be told apart`() async throws {
    let run = try await simlab(
      "compare", threeWeighted, "--requests", "400", "--strategies", "random,random",
      "--replications", "5")
    #expect(run.ending == .exited(0))
    #expect(run.output.contains("nginx.random (baseline)"))
    let sentence = run.output.split(separator: "\n").joined(separator: " ")
    #expect(sentence.contains("Nobody surely wins: nginx.random comes first"))
    #expect(sentence.contains("is not distinguishable from nginx.random (2)."))
  }

  @Test func `the answer says by how much the best leads, and what it loses`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      """
      name: lossy
      clients: {users: {open: {rate: 20/s, requests: 400}}}
      balancer: {like: ideal, strategy: random}
      backends: {one: {workers: 1, service: {cpu: {exponential: 20ms}}}}
      network: {transport: message}
      """, to: "lossy.yaml")
    func words(_ arguments: String...) async throws -> String {
      let run = try await CommandRun.run(
        BuiltProduct.path("simlab"), ["compare", file, "--replications", "10"] + arguments)
      #expect(run.ending == .exited(0) && run.errors.isEmpty, "\(run)")
      return run.output.split(separator: "\n").joined(separator: " ")
    }
    let faster = try await words("--vary", "backends.one.service.cpu=20ms,5ms")
    #expect(faster.contains("cpu=5ms wins: its mean latency is"))
    #expect(faster.contains("less than cpu=20ms, the baseline; between"))
    // What answers nothing but errors has no latency.
    let lossy = try await words(
      "--vary", "backends.one.service.cpu=20ms,5ms", "--vary", "backends.one.error_rate=0,100%")
    #expect(lossy.contains("cpu=5ms error_rate=0 wins"))
    #expect(lossy.contains("–"))
    let price = try await words(
      "--vary",
      "backends.one={workers: 1, service: {cpu: 20ms}},"
        + "{workers: 1, error_rate: 50%, service: {cpu: 5ms}}")
    #expect(price.contains("But latencies are of requests that succeed, and it fails"))
    let once = try await words("--vary", "backends.one.weight=1,2", "--replications", "1")
    #expect(once.contains("one replication cannot say how sure that is"))
  }

  @Test(arguments: [
    ([], "There is one alternative only"),
    (["--strategies", "random,rondom"], "did you mean `random`?"),
    (["--strategies", "random,round-robin", "--baseline", "x"], "--baseline must name"),
    (["--strategies", "random,round-robin", "--by", "speed"], "--by must be one of"),
    (["--vary", "backends.back-01.weight"], "--vary"),
    (["--vary", "backends.back-01.weight=1,x"], "--vary backends.back-01.weight=x: `weight`"),
  ])
  func `what cannot be compared is wrong usage`(words: [String], sentence: String) async throws {
    let run = try await CommandRun.run(
      BuiltProduct.path("simlab"), ["compare", threeWeighted] + words)
    #expect(run.ending == .exited(64) && run.output.isEmpty)
    #expect(run.errors.contains(sentence), "\(run)")
  }
}
