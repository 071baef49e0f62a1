import LabTestSupport
import Reporting
import Testing

struct LiveReportTests {
  private func report() -> LiveReport {
    let run = sampleReport()
    let load = LoadReport(
      run: run, url: "http://127.0.0.1:8080/", lateness: run.latency,
      perSecond: [.init(at: 0, succeeded: 3, failed: 1, p50: 1.5, p99: 2)], knowsBackends: true)
    return LiveReport(
      experiment: "delay-one", question: "Who waits?", verdict: .refuted,
      faults: [
        .init(
          fault: "delay", targets: ["back-03"], via: "netem", asked: ["by_ms": .number(100)],
          measured: ["by_ms": Figure(100.4, interval: 99.9...100.9)], took: true, from: 10,
          until: 30, evidence: "312 answers to SYNs"),
        .init(
          fault: "kill", targets: ["back-01"], via: nil, asked: ["signal": .word("KILL")],
          took: false, from: nil, until: nil, remark: "the run was over before its time"),
        .init(
          fault: "drop", targets: ["back-01"], via: "filter", asked: ["rate": .number(0.1)],
          took: nil, from: 11, until: 12, remark: "not enough traffic to tell"),
      ], load: load,
      events: [.init(at: 10.01, container: "back-02", event: "die", exitCode: 137)],
      capture: .init(file: "a.pcap", captured: 10, dropped: 0))
  }

  @Test func `the JSON of a live run has the keys of the contract`() throws {
    let json = try JSONValue(parsing: report().json)
    #expect(json["verdict"]?.string == "refuted")
    let fault = try #require(json["faults"]?.elements?.first)
    #expect(
      fault.keys == [
        "asked", "evidence", "fault", "from_s", "measured", "measured_ci95", "targets", "took",
        "until_s", "via",
      ])
    #expect(fault["asked"]?["by_ms"]?.number == 100)
    #expect(fault["measured"]?["by_ms"]?.number == 100.4)
    #expect(fault["measured_ci95"]?["by_ms"]?.elements?.compactMap(\.number) == [99.9, 100.9])
    #expect(fault["took"] == .bool(true))
    let event = try #require(json["events"]?.elements?.first)
    #expect(event.keys == ["at_s", "container", "event", "exit_code"])
    #expect(json["capture"]?.keys == ["captured", "dropped", "file"])
    let (never, unknown) = (json["faults"]?.elements?[1], json["faults"]?.elements?[2])
    #expect(never?["from_s"] == .null && never?["took"] == .bool(false))
    #expect(unknown?["took"] == .null && unknown?["measured"] == .null)
    #expect(json["load"]?["url"]?.string == "http://127.0.0.1:8080/")
  }

  @Test func `the table tells asked from measured, and what was never made`() {
    let table = report().table()
    #expect(table.hasPrefix("delay-one  refuted\nWho waits?\n"))
    #expect(table.contains("by_ms 100"))
    #expect(
      table.contains("delay back-03: by_ms between 99.9 and 101; 312 answers to SYNs\n"))
    #expect(table.contains("unknown"))
    #expect(table.contains("kill back-01: the run was over before its time"))
    #expect(table.contains("10.01s  back-02 die (exit status 137)"))
    #expect(table.contains("10 packets in a.pcap, 0 dropped"))
    for line in table.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }
}
