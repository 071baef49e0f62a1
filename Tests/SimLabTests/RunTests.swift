import LabTestSupport
import Reporting
import Testing

struct RunTests {
  private func json(_ words: String...) async throws -> JSONValue {
    let run = try await CommandRun.run(
      BuiltProduct.path("simlab"), ["run"] + words + ["--format", "json"])
    #expect(run.ending == .exited(0) && run.errors.isEmpty, "\(run)")
    return try JSONValue(parsing: run.output)
  }

  private func expectConservation(_ json: JSONValue) throws {
    let requests = try #require(json["requests"])
    func count(_ key: String) throws -> Double { try #require(requests[key]?.number) }
    let ended = try count("succeeded") + count("failed") + count("unfinished")
    #expect(try count("issued") == ended)
    let failures = try #require(json["failures"])
    #expect(failures.keys.compactMap { failures[$0]?.number }.reduce(0, +) == (try count("failed")))
  }

  @Test func `the result as JSON has the keys of the format and loses no request`() async throws {
    let json = try await json(threeWeighted, "--requests", "2000")
    #expect(
      json.keys == [
        "backends", "digest", "error_rate", "events", "failures", "format", "latency_ms", "name",
        "replications", "requests", "seed", "simulated_s", "strategy", "theory",
        "throughput_per_s", "wall_s",
      ])
    let obstacle = try #require(json["theory"]?["because"]?.string)
    #expect(obstacle.hasPrefix("clients stop before the run ends"))
    #expect(json["backends"]?.keys == ["back-01", "back-02", "back-03"])
    #expect(json["name"]?.string == "three-weighted")
    #expect(json["strategy"]?.string == "nginx.weighted-round-robin")
    #expect(json["requests"]?["issued"]?.number == 2000)
    try expectConservation(json)
  }

  @Test func `weighted round robin divides 20,000 requests by 1 to 2 to 3`() async throws {
    let backends = try #require(try await json(threeWeighted)["backends"])
    let picked = backends.keys.compactMap { backends[$0]?["picked"]?.number }
    #expect(picked.reduce(0, +) == 20_000)
    for (count, weight) in zip(picked, [1.0, 2, 3]) {
      #expect(abs(count - 20_000 * weight / 6) <= 1)
    }
  }

  @Test func `the same seed gives the same digest and another seed another`() async throws {
    let first = try await json(threeWeighted, "--requests", "500", "--seed", "7")
    let again = try await json(threeWeighted, "--requests", "500", "--seed", "7")
    let other = try await json(threeWeighted, "--requests", "500", "--seed", "8")
    #expect(first["digest"] == again["digest"] && first["digest"]?.string?.count == 16)
    #expect(first["digest"] != other["digest"])
    #expect(other["seed"]?.number == 8)
  }

  @Test func `a run that is cut short counts what is still in flight`() async throws {
    let json = try await json(threeWeighted, "--duration", "1.5s")
    let length = try #require(json["simulated_s"]?.number)
    #expect(length > 1 && length <= 1.5)
    #expect(try #require(json["requests"]?["unfinished"]?.number) > 0)
    try expectConservation(json)
  }

  @Test func `requests are shared between groups in the proportion of the file`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(impatient, to: "impatient.yaml")
    let json = try await json(file, "--requests", "4001")
    #expect(json["requests"]?["issued"]?.number == 4001)
    #expect(try #require(json["failures"]?["client_timeout"]?.number) > 0)
    try expectConservation(json)
  }

  @Test func `a strategy is named as in the file`() async throws {
    let own = try await json(
      threeWeighted, "--requests", "60", "--strategy", "weighted-round-robin")
    #expect(own["strategy"]?.string == "nginx.weighted-round-robin")
    let other = try await json(threeWeighted, "--requests", "60", "--strategy", "round-robin")
    #expect(other["strategy"]?.string == "round-robin")
    #expect(other["backends"]?["back-01"]?["picked"]?.number == 20)
  }

  @Test func `the table is for people and says nothing to standard error`() async throws {
    let run = try await simlab("run", threeWeighted, "--requests", "600")
    #expect(run.ending == .exited(0) && run.errors.isEmpty)
    #expect(run.output.hasPrefix("three-weighted  nginx.weighted-round-robin  seed 1  digest "))
    #expect(run.output.contains("600 issued, 600 succeeded, 0 failed, 0 unfinished"))
    #expect(!run.output.contains("\u{1B}"))
  }

  @Test func `the CSV has a row for each backend and a total`() async throws {
    let run = try await simlab("run", threeWeighted, "--requests", "600", "--format=csv")
    let names = run.output.split(separator: "\n").map { $0.prefix { $0 != "," } }
    #expect(names == ["backend", "back-01", "back-02", "back-03", "total"])
  }

  @Test func `replications give every figure an interval, and any number of jobs the same digest`()
    async throws
  {
    let words = ["--requests", "500", "--replications", "8"]
    let alone = try await json(threeWeighted, words[0], words[1], words[2], words[3], "--jobs", "1")
    let many = try await json(threeWeighted, words[0], words[1], words[2], words[3], "--jobs", "5")
    #expect(alone["digest"] == many["digest"])
    #expect(alone["replications"]?.number == 8 && alone["requests"]?["issued"]?.number == 4000)
    for name in ["mean", "p50", "p90", "p95", "p99", "p99_9"] {
      let figure = try #require(alone["latency_ms"]?[name])
      let value = try #require(figure["value"]?.number)
      let bounds = try #require(figure["ci95"]?.elements).compactMap(\.number)
      #expect(bounds.count == 2 && bounds[0] <= value && value <= bounds[1])
    }
    #expect(alone["throughput_per_s"]?["ci95"]?.elements?.count == 2)
    #expect(alone["backends"]?["back-01"]?["share"]?["ci95"]?.elements?.count == 2)
  }

  @Test func `a warm-up that is found is reported`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(impatient + "\nrun: {warmup: auto}\n", to: "warm.yaml")
    let json = try await json(file)
    #expect(json["warmup"]?["found_s"]?.number != nil && json["replications"]?.number == 1)
  }
}
