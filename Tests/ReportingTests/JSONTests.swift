import LabTestSupport
import Reporting
import Statistics
import Testing

struct JSONTests {
  @Test func `a value that was read is written as it was`() throws {
    let text = #"{"a":[1,-2.5,1e-07,18446744073709551615],"b":null,"c":"\u0001ü/","d":true}"#
    #expect(try JSONValue(parsing: text).line == text)
    #expect(try JSONValue(parsing: "[1]").elements?.first?.number == 1)
    #expect(throws: (any Error).self) { try JSONValue(parsing: "{") }
  }

  @Test func `the keys are those of the format, no more and no fewer`() throws {
    let json = try JSONValue(parsing: sampleReport().json)
    #expect(
      json.keys == [
        "backends", "digest", "error_rate", "events", "failures", "format", "latency_ms",
        "name",
        "replications", "requests", "seed", "simulated_s", "strategy", "throughput_per_s",
        "wall_s",
      ])
    #expect(json["requests"]?.keys == ["failed", "issued", "succeeded", "unfinished"])
    #expect(
      json["failures"]?.keys
        == ["client_timeout", "connection", "status_502", "status_503", "status_504"])
    #expect(
      json["latency_ms"]?.keys == ["max", "mean", "p50", "p90", "p95", "p99", "p99_9"])
    #expect(json["backends"]?.keys == ["back-01", "back-02", "back-03"])
    #expect(
      json["backends"]?["back-02"]?.keys == [
        "memory_peak_bytes", "oom_kills", "picked", "queue_mean", "response_ms_mean", "restarts",
        "share", "succeeded", "throttled_s", "utilization",
      ])
  }

  @Test func `a figure of one replication has an explicit null for its interval`() throws {
    let json = try JSONValue(parsing: sampleReport().json)
    #expect(json["throughput_per_s"] == .object(["value": .number(31.296), "ci95": .null]))
    #expect(
      json["backends"]?["back-03"]?["throttled_s"]
        == .object(["value": .number(61.2), "ci95": .null]))
  }

  @Test func `an interval is a pair of bounds`() throws {
    var report = sampleReport()
    report.throughputPerSecond = Figure(4.1, interval: 4.0...4.2)
    let json = try JSONValue(parsing: report.json)
    #expect(json["throughput_per_s"]?["ci95"] == .array([.whole(4), .number(4.2)]))
  }

  @Test func `a seed of 64 bits is written in full`() {
    var report = sampleReport()
    report.seed = .max
    #expect(report.json.contains("\"seed\" : 18446744073709551615"))
  }

  @Test func `no measured time gives figures of zero`() throws {
    let figures = LatencyFigures(nanoseconds: Histogram())
    #expect(figures == times(0))
  }

  @Test(
    arguments: [
      ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8),
    ] as [(String, UInt64)])
  func `the hash is that of its authors' test vectors`(text: String, hash: UInt64) {
    #expect(FNV1a.hash(text.utf8) == hash)
  }

  @Test func `the digest is the same on every machine and whatever the wall clock says`() {
    #expect(sampleReport().digest == "aff050071d66dbdd")
    #expect(sampleReport(wallSeconds: 77).digest == sampleReport().digest)
  }

  @Test func `the digest tells any two outcomes apart`() {
    var digests = [sampleReport().digest]
    let changes: [(inout RunReport) -> Void] = [
      { $0.seed = 2 }, { $0.name = "other" }, { $0.events += 1 }, { $0.requests.failed += 1 },
      { $0.failures.connection = 1 }, { $0.latency.max = Figure(950.0001) },
      { $0.backends[2].picked += 1 }, { $0.backends[0].name = "back-00" },
    ]
    for change in changes {
      var report = sampleReport()
      change(&report)
      digests.append(report.digest)
    }
    #expect(Set(digests).count == changes.count + 1)
    #expect(digests.allSatisfy { $0.count == 16 && UInt64($0, radix: 16) != nil })
  }
}
