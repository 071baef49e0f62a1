import LabTestSupport
import Reporting
import Testing

struct SweepTests {
  /// One server that needs 10 ms for a request; M/M/1.
  private static let server = """
    name: server
    clients: {users: {open: {rate: 50/s, requests: 4000}}}
    balancer: {like: ideal, strategy: random}
    backends: {one: {workers: 1, service: {cpu: {exponential: 10ms}}}}
    network: {transport: message}
    """

  private func json(_ words: String...) async throws -> JSONValue {
    let folder = try TemporaryFolder()
    let file = try folder.write(Self.server, to: "server.yaml")
    let run = try await CommandRun.run(
      BuiltProduct.path("simlab"), ["sweep", file, "--format", "json"] + words)
    #expect(run.ending == .exited(0) && run.errors.isEmpty, "\(run)")
    return try JSONValue(parsing: run.output)
  }

  @Test func `a grid has a point for each combination, the last variation fastest`() async throws {
    let json = try await json(
      "--vary", "clients.users.open.rate=20/s..60/s:20/s", "--vary", "backends.one.workers=1,2")
    let points = try #require(json["points"]?.elements)
    let values = points.map { point in
      point["set"]?.elements?.compactMap { $0["value"]?.string } ?? []
    }
    #expect(
      values == [
        ["20/s", "1"], ["20/s", "2"], ["40/s", "1"], ["40/s", "2"], ["60/s", "1"], ["60/s", "2"],
      ])
    let means = points.compactMap { $0["result"]?["latency_ms"]?["mean"]?["value"]?.number }
    #expect(means.count == 6 && means[4] > means[2] && means[2] > means[0])
  }

  @Test func `a range may go by factors`() async throws {
    let json = try await json("--vary", "clients.users.open.rate=5/s..100/s:x4")
    let values = json["points"]?.elements?.map { $0["set"]?.elements?.first?["value"]?.string }
    #expect(values == ["5/s", "20/s", "80/s"])
  }

  @Test func `the capacity of M/M/1 is where theory has it`() async throws {
    // The mean is 10 ms / (1 − ρ): 40 ms at 75/s, so that 74/s is the last whole rate below.
    let json = try await json(
      "--find", "clients.users.open.rate=10/s..99/s", "--until", "latency.mean < 40ms",
      "--requests", "20000")
    let found = try #require(json["points"]?.elements?.first?["capacity"]?["found"])
    let bounds = try #require(found["ci95"]?.elements).compactMap(\.number)
    #expect(bounds.count == 2 && bounds[0] <= 74 && 74 <= bounds[1] && bounds[1] - bounds[0] < 8)
  }

  @Test func `a search says on which side the condition holds, and where none answers it does not`()
    async throws
  {
    func capacity(_ words: String...) async throws -> JSONValue? {
      let folder = try TemporaryFolder()
      let file = try folder.write(Self.server, to: "server.yaml")
      let run = try await CommandRun.run(
        BuiltProduct.path("simlab"), ["sweep", file, "--format", "json"] + words)
      #expect(run.ending == .exited(0) && run.errors.isEmpty, "\(run)")
      return try JSONValue(parsing: run.output)["points"]?.elements?.first?["capacity"]
    }
    let rate = try await capacity(
      "--find", "clients.users.open.rate=10/s..90/s:10/s", "--until", "latency.mean < 40ms")
    #expect(rate?["holds"]?.string == "up to")
    // At 50/s one server takes 20 ms on average, two take 10.7 ms.
    let workers = try await capacity(
      "--find", "backends.one.workers=1..8", "--until", "latency.mean < 12ms")
    #expect(workers?["holds"]?.string == "from" && workers?["found"]?["value"]?.number == 2)
    // With only errors there is no latency, which is not a short one.
    let errors = try await capacity(
      "--find", "backends.one.error_rate=0%..100%:100%", "--until", "latency.mean < 40ms")
    #expect(errors?["found"]?["value"]?.number == 0)
  }

  @Test(arguments: [
    ([], "Give --vary, --find with --until, or both."),
    (["--find", "a.b=1..9"], "--find and --until belong together"),
    (["--find", "a.b=9..1", "--until", "error_rate < 1%"], "path=least..most"),
    (["--vary", "clients.users.open.rate=5..1"], "path=value,value"),
    (["--vary", "backends.one.weight=0..2:1"], "--vary backends.one.weight=0: `weight`"),
    (
      ["--find", "backends.one.weight=1..2", "--until", "latncy.p99 < 1s"],
      "did you mean `latency.p99`?"
    ),
  ])
  func `what makes no grid is wrong usage`(words: [String], sentence: String) async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Self.server, to: "server.yaml")
    let run = try await CommandRun.run(BuiltProduct.path("simlab"), ["sweep", file] + words)
    #expect(run.ending == .exited(64) && run.output.isEmpty)
    #expect(run.errors.contains(sentence), "\(run)")
  }
}
