import Glibc
import LabTestSupport
import Reporting
import Testing

@Suite struct LoadCommandTests {
  private static let topology = """
    name: two
    clients: {users: {open: {rate: 300/s, arrivals: constant, requests: 60}, timeout: 60s}}
    balancer: {strategy: round-robin, like: ideal}
    backends: {back-01: {service: {cpu: 1ms}}}
    """

  private func write(_ text: String = topology, in chaos: Chaos) throws -> String {
    try chaos.folder.write(text, to: "two.yaml")
  }

  @Test func `it needs no engine, and prints the figures of simlab run as JSON`() async throws {
    let server = try LoopbackServer()
    let chaos = try Chaos()
    let run = try await chaos.run(
      "load", write(in: chaos), "--url", server.url, "--format", "json")
    #expect(run.status == 0, "\(run)")
    let json = try JSONValue(parsing: run.output)
    #expect(json["requests"]?["issued"]?.number == 60)
    #expect(json["requests"]?["succeeded"]?.number == 60)
    for key in ["failures", "latency_ms", "throughput_per_s", "backends", "lateness_ms"] {
      #expect(json.keys.contains(key))
    }
    #expect(server.seen.requests.count == 60)
  }

  @Test func `the file may say where the balancer answers, and the table is for people`()
    async throws
  {
    let server = try LoopbackServer { _ in .init(status: 502) }
    let chaos = try Chaos()
    let text = Self.topology.replacing(
      "balancer: {", with: "balancer: {url: \"\(server.url)\", ")
    let run = try await chaos.run("load", write(text, in: chaos))
    #expect(run.status == 0, "\(run)")
    #expect(run.output.contains("60 issued, 0 succeeded, 60 failed, 0 unfinished"))
    #expect(run.output.contains("60 by status 502"))
  }

  @Test func `what cannot be loaded is refused in one sentence`() async throws {
    let chaos = try Chaos()
    let file = try write(in: chaos)
    let cases: [(words: [String], status: Int32, sentence: String)] = [
      ([], 64, "Say where the live balancer answers"),
      (["--url", "https://127.0.0.1/"], 65, "only http:// is spoken here"),
      (["--url", "http://192.0.2.1/"], 77, "add --allow-remote"),
      (["--url", "http://127.0.0.1/", "--duration", "0s"], 64, "longer than 0"),
    ]
    for (words, status, sentence) in cases {
      let run = try await CommandRun.run(BuiltProduct.path("chaos"), ["load", file] + words)
      #expect(run.status == status, "\(run)")
      #expect(run.errors.contains(sentence), "\(run)")
      #expect(run.output.isEmpty)
    }
    let missing = try await chaos.run("load", "nowhere.yaml", "--url", "http://127.0.0.1/")
    #expect(missing.status == 65)
    #expect(missing.errors.hasPrefix("nowhere.yaml:1:1: "))
  }

  @Test func `an experiment needs an engine`() async throws {
    let chaos = try Chaos()
    let run = try await chaos.run("run", write(in: chaos), "--url", "http://127.0.0.1:1/")
    #expect(run.status == 69, "\(run)")
  }

  @Test(arguments: [(2, 130), (15, 143)] as [(Int32, Int32)])
  func `an interrupted load reports what it has measured`(
    signal: Int32, status: Int32
  ) async throws {
    let server = try LoopbackServer()
    let chaos = try Chaos()
    // A closed loop never sends more than is answered, however long it takes to be interrupted.
    let text = Self.topology.replacing(
      "open: {rate: 300/s, arrivals: constant, requests: 60}",
      with: "closed: {concurrency: 2, duration: 1h}")
    let command = try RunningCommand(
      BuiltProduct.path("chaos"),
      ["load", write(text, in: chaos), "--url", server.url, "--format", "json"])
    // Who gave way to others here would let the load run until they are done.
    for _ in 0..<60_000 where server.seen.requests.count < 30 { usleep(1000) }
    command.send(signal)
    let run = try await command.end()
    #expect(run.status == status, "\(run)")
    let issued = try JSONValue(parsing: run.output)["requests"]?["issued"]?.number
    #expect(try #require(issued) >= 30)
  }
}
