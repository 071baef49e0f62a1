import FoundationEssentials
import LabTestSupport
import Testing

/// The schema that `simlab schema` prints, judged by a validator of JSON Schema that is not ours.
struct SchemaTests {
  let folder: TemporaryFolder
  let schema: String

  init() async throws {
    folder = try TemporaryFolder()
    let run = try await simlab("schema")
    #expect(run.ending == .exited(0) && run.errors.isEmpty)
    schema = try folder.write(run.output, to: "schema.json")
  }

  /// What the validator says about each of the files.
  private func verdicts(on files: [String]) async throws -> [String: String] {
    let run = try await CommandRun.run(
      BuiltProduct.packageFolder + "/Scripts/check-schema", [schema] + files)
    let lines = run.output.split(separator: "\n").map { $0.split(separator: "\t", maxSplits: 1) }
    #expect(lines.count == files.count && lines.allSatisfy { $0.count == 2 }, "\(run)")
    return Dictionary(lines.map { (String($0[0]), String($0[1])) }) { first, _ in first }
  }

  @Test func `every file that ships suits the schema`() async throws {
    let root = BuiltProduct.packageFolder
    let files = try ["topologies", "experiments", "Benchmarks/models"].flatMap { place in
      try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(place)")
        .filter { $0.hasSuffix(".yaml") }.map { "\(root)/\(place)/\($0)" }
    }
    #expect(files.count > 30)
    for (file, verdict) in try await verdicts(on: files) {
      #expect(verdict == "suits", "\(file)")
    }
  }

  /// A topology in which one line stands for the value to try.
  private func topology(_ line: String, at place: String) -> String {
    var sections = [
      "name": "name: x",
      "clients": "  users: {open: {rate: 10/s, requests: 10}}",
      "balancer": "balancer: {strategy: round-robin}",
      "backends": "  only: {service: {cpu: 4ms}}",
      "rest": "",
    ]
    sections[place] = line
    return ["name", "clients", "balancer", "backends", "rest"].map { key in
      let heading = ["clients", "backends"].contains(key) ? "\(key):\n" : ""
      return heading + (sections[key] ?? "") + "\n"
    }.joined()
  }

  /// Lines that are a slip, by the section they stand in; both must refuse each of them.
  static let slips: [(place: String, line: String)] = [
    ("name", "title: x"),
    ("name", "name: [x]"),
    ("clients", "  users: {open: {rate: 10, requests: 10}}"),
    ("clients", "  users: {open: {rate: 10/s, request: 10}}"),
    ("clients", "  users: {closed: {concurrency: 0, requests: 10}}"),
    ("clients", "  users: {closed: {requests: 10}}"),
    ("clients", "  users: {open: {rate: 10/s, requests: 10}, timeout: 3}"),
    ("clients", "  users: {open: {rate: 10/s, requests: 10}, retry: {backoff: {base: 1s}}}"),
    ("clients", "  users: {open: {phases: [{rate: 10/s}]}}"),
    ("balancer", "balancer: {like: apache}"),
    ("balancer", "balancer: {strategy: sound-robin}"),
    ("balancer", "balancer: {strategy: {power-of-two: {d: 0}}}"),
    ("balancer", "balancer: {strategy: {power-of-two: {e: 3}}}"),
    ("balancer", "balancer: {retry: {on: [moonlight]}}"),
    ("backends", "  only: {service: {cpu: 4}}"),
    ("backends", "  only: {service: {cpu: {exponential: -4ms}}}"),
    ("backends", "  only: {service: {cpu: {erlang: {mean: 4ms}}}}"),
    ("backends", "  only: {service: {cpu: 4ms}, weight: -1}"),
    ("backends", "  only: {service: {cpu: 4ms}, cpus: lots}"),
    ("backends", "  only: {service: {cpu: 4ms}, memory: 64Q}"),
    ("backends", "  only: {service: {cpu: 4ms}, error_rate: 140%}"),
    ("backends", "  only: {service: {cpu: 4ms}, restart: sometimes}"),
    ("backends", "  only: {service: {cpu: 4ms}, backup: perhaps}"),
    ("rest", "network: {links: [{from: clients, latency: 1ms}]}"),
    ("rest", "network: {profile: carrier-pigeon}"),
    ("rest", "faults: [{kill: only}]"),
    ("rest", "faults: [{at: 0s, kill: only, rate: 10%}]"),
    ("rest", "faults: [{at: 0s, delay: only, by: 10}]"),
    ("rest", "faults: [{at: 0s, kill: only, pause: only}]"),
    ("rest", "run: {seed: -1}"),
    ("rest", "run: {warmup: long}"),
    ("rest", "compare: some"),
    ("rest", "hypothesis: error_rate < 1%"),
  ]

  @Test func `a slip that shows in one place is refused by the schema as by the decoder`()
    async throws
  {
    let sound = try folder.write(topology("run: {seed: 1}", at: "rest"), to: "sound.yaml")
    let files = try Self.slips.enumerated().map { number, slip in
      try folder.write(topology(slip.line, at: slip.place), to: "slip-\(number).yaml")
    }
    let verdicts = try await verdicts(on: [sound] + files)
    #expect(verdicts[sound] == "suits")
    #expect(try await simlab("validate", sound).ending == .exited(0))
    for (file, slip) in zip(files, Self.slips) {
      // A percentage above 100 is a text of the right form, which only the decoder reads.
      let isOnlyRead = slip.line.contains("140%") || slip.line.contains("-4ms")
      #expect((verdicts[file] != "suits") == !isOnlyRead, "\(slip)")
      #expect(try await simlab("validate", file).ending == .exited(65), "\(slip)")
    }
  }
}
