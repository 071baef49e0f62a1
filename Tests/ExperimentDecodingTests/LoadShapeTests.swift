import ExperimentDecoding
import ExperimentModel
import LabTestSupport
import Testing

/// Phases, traces and retries of client groups.
@Suite struct LoadShapeDecodingTests {
  static func group(_ text: String) throws -> ClientGroup {
    let document = Document(clients: "clients: {users: \(text)}")
    return try #require(try document.decoded().clients.first)
  }

  @Test func `phases say when and how fast requests arrive`() throws {
    let group = try Self.group(
      """
      {open: {arrivals: constant, phases: [{for: 30s, rate: 200/s},
        {for: 1m, from: 200/s, to: 2000/s}, {for: 5s, rate: 0/s}]}}
      """)
    let phases = [
      RatePhase(length: .seconds(30), from: 200, to: 200),
      RatePhase(length: .seconds(60), from: 200, to: 2_000),
      RatePhase(length: .seconds(5), from: 0, to: 0),
    ]
    #expect(group.workload == .open(OpenLoop(phases: phases, arrivals: .constant)))
    #expect(group.workload.extent == .duration(.seconds(95)))
  }

  @Test func `retries and the sizes of messages are read`() throws {
    let group = try Self.group(
      """
      {open: {rate: 1/s, requests: 1}, request: {size: 2K, response: 1M}, retry:
        {tries: 3, backoff: {base: 100ms, factor: 3, max: 2s, jitter: full}, budget: 20%}}
      """)
    let backoff = Backoff(
      base: .milliseconds(100), factor: 3, max: .seconds(2), jitter: .full)
    #expect(group.retry == ClientRetry(tries: 3, backoff: backoff, budget: Ratio(0.2)))
    #expect(group.request.size.bytes == 2_048 && group.request.response.bytes == 1 << 20)
    let short = try Self.group("{closed: {concurrency: 1, requests: 1}, retry: {tries: 2}}")
    #expect(short.retry == ClientRetry(tries: 2))
  }

  @Test(arguments: [
    ("{u: {open: {phases: [{for: ▼0s, rate: 1/s}]}}}", "`for` must be longer than 0, not `0s`"),
    (
      "{u: {open: {phases: ▼[]}}}", "`phases` must have a phase with requests in it"
    ),
    (
      "{u: {open: {phases: [▼{for: 1s, from: 1/s}]}}}",
      "a phase needs `rate: 200/s`, or `from: 200/s` and `to: 2000/s`"
    ),
    (
      "{u: {open: {phases: [{for: 1s, rate: 1/s, ▼to: 2/s}]}}}",
      "a phase has either `rate`, or `from` and `to`"
    ),
    (
      "{u: {open: {▼rate: 1/s, phases: [{for: 1s, rate: 1/s}]}}}",
      "`phases` says when and how fast; leave out `rate`"
    ),
    (
      "{u: {open: {rate: 1/s, requests: 1}, retry: {tries: ▼0}}}",
      "`tries` must be a whole number from 1 to 100, not `0`"
    ),
    (
      "{u: {open: {rate: 1/s, requests: 1}, retry: {tries: 2, backoff: {base: 1s, max: ▼1ms}}}}",
      "`max` must not be shorter than `base`, not `1ms`"
    ),
    ("{u: {trace: ▼none.csv}}", "`none.csv`: there is no such file"),
  ])
  func `a mistake has its place`(text: String, message: String) {
    expect(Document(clients: "clients: \(text)").text, complains: message)
  }

  @Test func `a trace lies beside its topology, its columns in any order`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(
      "key,at_s,client_ip\r\na,0.5,10.0.0.1\nb,0.25,\n,1e-3,192.0.2.255\n", to: "t.csv")
    let text = Document(clients: "clients: {users: {trace: t.csv}}").text
    let file = try folder.write(text, to: "lab.yaml")
    let topology = try decoder.decode(contentsOf: file)
    #expect(
      topology.clients[0].workload
        == .trace(
          Trace([
            Trace.Arrival(at: .milliseconds(1), clientAddress: 0xc000_02ff),
            Trace.Arrival(at: .milliseconds(250), key: "b"),
            Trace.Arrival(at: .milliseconds(500), key: "a", clientAddress: 0x0a00_0001),
          ])))
  }

  @Test(arguments: [
    ("at_s\n1\nsoon\n", "3:1: `soon` is no number of seconds from 0 to 315360000"),
    ("at_s,client_ip\n1,10.0.0\n", "2:3: `10.0.0` is no IPv4 address such as 192.0.2.7"),
    ("at_s,key\n1\n", "2:1: the row has 1 values, but there are 2 columns"),
    (
      "time\n1\n",
      "1:1: `time` is no column of a trace; it has at_s and, if you like, key and client_ip, each "
        + "once"
    ),
  ])
  func `a mistake in a trace is told at its place in the trace`(
    csv: String, message: String
  ) throws {
    let folder = try TemporaryFolder()
    let trace = try folder.write(csv, to: "t.csv")
    let text = Document(clients: "clients: {users: {trace: t.csv}}").text
    let file = try folder.write(text, to: "lab.yaml")
    do throws(Diagnostics) {
      _ = try decoder.decode(contentsOf: file)
      Issue.record("nothing was complained about")
    } catch {
      #expect(error.all.map(\.description) == ["\(trace):\(message)"])
    }
  }
}
