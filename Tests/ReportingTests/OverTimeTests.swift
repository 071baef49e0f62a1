import Reporting
import Testing

struct OverTimeTests {
  /// A run of so many seconds, the last of which is cut off.
  static func series(_ seconds: Int, last: Double = 1) -> SeriesReport {
    let ramp = (0..<seconds).map { Double($0 % 8) }
    return SeriesReport(
      starts: (0..<seconds).map(Double.init),
      lengths: (1...seconds).map { $0 == seconds ? last : 1 },
      clients: .init(
        name: "clients",
        values: [
          .arrivals: ramp, .completions: ramp, .failures: ramp.map { _ in 0 },
          .mean: ramp.map { $0 * 10 }, .p99: ramp,
        ]),
      backends: [
        .init(
          name: "back-01", values: [.utilization: ramp.map { $0 / 8 }, .throttled: ramp],
          states: ramp.map { $0 == 3 ? "down" : "up" }, health: ramp.map { _ in "none" })
      ], isWhole: true)
  }

  @Test func `a sparkline has a mark for each value, and none for nothing`() {
    #expect(HumaneText.sparkline([0, 1, 4, 7.9, 8, 80], top: 8) == " ▂▅███")
    #expect(HumaneText.sparkline([0, 0], top: 0) == "  ")
  }

  @Test func `a table shows a run over time when there is one`() {
    var report = sampleReport()
    #expect(!report.table().contains("Over time"))
    report.series = Self.series(8)
    let lines = report.table().split(separator: "\n")
    #expect(lines.contains("Over time  to 8.00s; of backends the utilization"))
    #expect(lines.contains("Throughput   ▂▃▄▅▆▇█  0/s–7.00/s"))
    #expect(lines.contains("Latency      ▂▃▄▅▆▇█  0–70.0ms"))
    #expect(lines.contains("back-01      ▂▃▄▅▆▇█  0.0%–87.5%"))
    #expect(!lines.contains { $0.hasPrefix("Failures  ") && $0.contains("▂") })
  }

  @Test func `a long run is put together into a few columns, and a rest joins the last`() {
    let groups = Self.series(601, last: 0.25).groups(most: 60)
    #expect(groups.size == 11 && groups.ranges.first == 0..<11)
    #expect(groups.ranges.last?.upperBound == 601)
    #expect(groups.ranges.map(\.count).reduce(0, +) == 601)
    let short = Self.series(9, last: 0.1).groups(most: 60)
    #expect(short.ranges.last == 7..<9)
    let track = Self.series(9, last: 0.1).clients
    #expect(abs((short.rate(.completions, of: track).last ?? 0) - 7 / 1.1) < 1e-9)
  }

  @Test func `faults and events are told in order, and no more of them than a few`() {
    var report = sampleReport()
    report.timeline = RunTimeline(
      faults: [.init(fault: "kill", targets: ["back-02"], from: 10, until: 40)],
      events: [
        .init(at: 5, backend: "back-01", event: "health_status: healthy"),
        .init(at: 10, backend: "back-02", event: "die"),
        .init(at: 13.1, backend: "back-02", event: "marked down", balancer: "balancer"),
      ] + (0..<20).map { .init(at: Double(20 + $0), backend: "back-03", event: "oom") })
    let table = report.table()
    #expect(table.contains("Faults      10.0s until 40.0s kill back-02\n"))
    #expect(table.contains("Events      10.0s back-02 die\n"))
    #expect(table.contains("            13.1s back-02 marked down by balancer\n"))
    #expect(table.contains("… and 17 more\n") && !table.contains("healthy"))
    #expect(report.digest == sampleReport().digest)
    #expect(report.json.contains("\"at_s\" : 13.1") && report.json.contains("\"until_s\" : 40"))
  }

  @Test func `a trace shows where the time went`() {
    let trace = TraceReport(
      number: 6_388, client: "users", sentSeconds: 32.2, latencyMilliseconds: 100,
      ending: "succeeded",
      hops: [
        .init(milliseconds: 0, hop: "sent", node: "users"),
        .init(milliseconds: 10, hop: "picked", node: "back-01"),
        .init(milliseconds: 100, hop: "received", node: "users"),
      ])
    var report = sampleReport()
    report.traces = [trace]
    let lines = report.table().split(separator: "\n")
    #expect(lines.contains("Request 6,389  100ms  succeeded, sent by users at 32.2s"))
    #expect(lines.contains("         0  ███                             sent  users"))
    #expect(lines.contains("    10.0ms     ███████████████████████████  picked  back-01"))
    let csv = TraceReport.csv([trace])
    #expect(csv.hasPrefix("request,client,sent_s,ending,at_ms,hop,node\n6388,users,32.2,"))
  }

  @Test func `seconds are rows of CSV, whose columns have their units last`() {
    let series = Self.series(4)
    #expect(
      series.clientCSV.hasPrefix(
        "at_s,length_s,arrivals,completions,failures,mean_ms,p99_ms\n0.0,1.0,0,0,0,0,0\n"))
    #expect(
      series.backendCSV.hasSuffix("\n3.0,1.0,back-01,0.375,3,down,none\n"))
  }
}
