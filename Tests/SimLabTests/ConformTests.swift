import LabTestSupport
import Reporting
import Testing

struct ConformTests {
  static let recordings = BuiltProduct.packageFolder + "/Tests/Recordings/"
  static let servers = #""servers": [{"name": "a"}, {"name": "b"}]"#

  /// A recording of two servers with these steps.
  static func recording(_ steps: String...) -> String {
    #"{"id": "x", "program": "nginx", "strategy": "nginx.round_robin", "# + servers
      + #", "steps": ["# + steps.joined(separator: ", ") + "]}"
  }

  @Test func `a recording that agrees is shown step by step`() async throws {
    let run = try await simlab("conform", Self.recordings + "nginx-wrr-equal-3.json")
    #expect(run.ending == .exited(0) && run.errors.isEmpty)
    #expect(run.output.contains("step 12: ") && run.output.contains(#""attempts":["c"]"#))
    #expect(run.output.contains("nginx-wrr-equal-3  nginx.weighted-round-robin"))
  }

  @Test func `a decision that differs ends with status 1 and is shown beside the recorded one`()
    async throws
  {
    let folder = try TemporaryFolder()
    let good = #"{"op": "request", "t": 0.1, "attempts": ["a"], "status": 200}"#
    let bad = #"{"op": "request", "t": 0.2, "attempts": ["a"], "status": 200}"#
    let file = try folder.write(Self.recording(good, bad), to: "x.json")
    let run = try await simlab("conform", file)
    #expect(run.ending == .exited(1))
    #expect(run.output.contains(#""attempts":["b"]"#))
    #expect(run.output.contains(#", recorded {"attempts":["a"],"status":200}"#))
    let json = try JSONValue(parsing: try await simlab("conform", file, "--format", "json").output)
    #expect(json["matched"]?.number == 1 && json["mismatched"]?.number == 1)
  }

  @Test func `JSON is a line for each recording and keeps what it does not know`() async throws {
    let folder = try TemporaryFolder()
    let step = #"{"op": "request", "t": 0.25, "note": [1, null]}"#
    let file = try folder.write(Self.recording(step), to: "x.json")
    let run = try await simlab("conform", "--format", "json", file, file)
    #expect(run.ending == .exited(0))
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 2)
    let report = try JSONValue(parsing: String(lines[1]))
    #expect(report["id"]?.string == "x" && report["matched"]?.number == 0)
    #expect(
      report["steps"]?.elements?.first
        == .object([
          "op": .string("request"), "t": .number(0.25), "note": .array([.whole(1), .null]),
          "attempts": .array([.string("a")]), "status": .whole(200),
        ]))
  }

  @Test(arguments: [
    ("{", "this is not JSON"),
    ("[]", "this must be a JSON object"),
    ("{}", "`id` is missing"),
    (#"{"id": "x", "program": "lvs", "strategy": "rr"}"#, "the program `lvs` is not known"),
    (
      #"{"id": "x", "program": "nginx", "strategy": "nginx.rnd", "steps": []}"#,
      "unknown strategy `nginx.rnd`; did you mean"
    ),
    (
      #"{"id": "x", "program": "nginx", "strategy": "nginx.hash", "servers": [], "steps": []}"#,
      "`servers` must list from 1 to 10000 servers"
    ),
    (recording(#"{"t": 0, "op": "jump"}"#), "step 1: unknown `op` `jump`"),
    (recording(#"{"op": "request"}"#), "step 1: `t` is missing"),
    (
      recording(#"{"t": 0, "op": "backend", "server": "z", "mode": "up"}"#),
      "step 1: there is no server `z`; the servers are `a` and `b`."
    ),
    (
      recording(#"{"t": 0, "op": "sleep"}"#, #"{"t": 0, "op": "finish", "id": "r1"}"#),
      "step 2: no request `r1` is open"
    ),
    (
      recording(#"{"t": 1, "op": "sleep"}"#, #"{"t": 0, "op": "sleep"}"#),
      "step 2: `t` lies before the step above"
    ),
    (
      recording(#"{"t": 0, "op": "request", "input": {"client_ip": "10.0.0"}}"#),
      "step 1: `input`: `client_ip` must be an IPv4 or IPv6 address"
    ),
    (
      recording(#"{"t": 0, "op": "backend", "server": "a", "mode": "status:99"}"#),
      "step 1: unknown `mode` `status:99`"
    ),
  ])
  func `a recording that cannot be replayed is refused at its place`(
    text: String, sentence: String
  ) async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(text, to: "bad.json")
    let run = try await simlab("conform", file)
    #expect(run.ending == .exited(65) && run.output.isEmpty)
    #expect(run.errors.hasPrefix("Error: \(file): ") && run.errors.contains(sentence), "\(run)")
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test func `a file that is not there is refused`() async throws {
    let run = try await simlab("conform", "/nowhere/x.json")
    #expect(run.ending == .exited(65))
    #expect(run.errors == "Error: /nowhere/x.json: there is no such file.\n")
  }

  @Test func `recordings of the kernel's scheduler are left out with a word`() async throws {
    let run = try await simlab("conform", Self.recordings + "cfs-quota-12500us.json")
    #expect(run.ending == .exited(0) && run.output.isEmpty)
    #expect(run.errors.contains("no decisions of a balancer are recorded here"))
  }
}
