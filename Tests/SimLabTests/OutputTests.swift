import FoundationEssentials
import LabTestSupport
import Reporting
import Testing

/// What `simlab run` writes besides its result.
struct OutputTests {
  private static let killed =
    threeWeighted.replacing("three-weighted", with: "one-goes-away")

  private func text(_ file: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
  }

  @Test func `a folder has the run as JSON, and its seconds and traces as CSV`() async throws {
    let folder = try TemporaryFolder().path + "-output"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let run = try await simlab("run", Self.killed, "--output", folder, "--trace", "3")
    #expect(run.ending == .exited(0) && run.errors.isEmpty, "\(run)")
    let json = try JSONValue(parsing: try text("\(folder)/run.json"))
    let seconds = try #require(json["simulated_s"]?.number).rounded(.up)
    let clients = try text("\(folder)/clients.csv").split(separator: "\n")
    #expect(clients.first?.hasPrefix("at_s,length_s,arrivals,completions,failures,") == true)
    #expect(clients.count == 1 + Int(seconds))
    let backends = try text("\(folder)/backends.csv").split(separator: "\n")
    #expect(backends.count == 1 + 3 * Int(seconds))
    #expect(backends.contains { $0.contains("back-02") && $0.contains(",down,") })
    guard case .array(let traces) = json["traces"] else { throw Absent(what: "traces") }
    #expect(traces.count == 3)
    #expect(try text("\(folder)/traces.csv").hasPrefix("request,client,"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 4)
  }

  @Test func `what is told besides does not change the digest`() async throws {
    let folder = try TemporaryFolder()
    let plain = try await simlab("run", Self.killed, "--format", "json")
    let told = try await simlab(
      "run", Self.killed, "--format", "json", "--trace", "2", "--output", folder.path)
    let digests = try [plain, told].map { try JSONValue(parsing: $0.output)["digest"] }
    #expect(digests[0] == digests[1] && digests[0] != nil)
  }

  @Test func `faults and events are in the JSON with their times`() async throws {
    let run = try await simlab("run", Self.killed, "--format", "json")
    let json = try JSONValue(parsing: run.output)
    guard case .array(let faults) = json["faults"], case .array(let events) = json["timeline"]
    else { throw Absent(what: "timeline") }
    #expect(faults.first?["fault"]?.string == "kill")
    #expect(faults.first?["from_s"]?.number == 30 && faults.first?["until_s"]?.number == 60)
    let words = events.compactMap { $0["event"]?.string }
    #expect(words == ["die", "marked down", "start", "marked up"])
    #expect(events[1]["balancer"]?.string == "balancer")
  }

  @Test func `a folder that cannot be made, or a wrong number of traces, is one sentence`()
    async throws
  {
    let missing = try await simlab("run", threeWeighted, "--output", "/proc/none/here")
    #expect(missing.ending == .exited(65) && missing.output.isEmpty, "\(missing)")
    #expect(missing.errors.contains("--output: /proc/none/here cannot be written"))
    let none = try await simlab("run", threeWeighted, "--trace", "0")
    #expect(none.ending == .exited(64) && none.errors.contains("--trace must lie between"))
  }

  private struct Absent: Error { let what: String }
}
